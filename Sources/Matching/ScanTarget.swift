public import CKernels

/// What the scan kernel is to report the places of.
public enum ScanTarget: Sendable {
    /// At most `TRAWL_SCAN_PAIRS` pairs of bytes.
    case pairs([trawl_pair])
    /// Sets of short words, where the kernels have a loop for them.
    case words(WordSets)

    /// What a scan takes, in nanoseconds a byte, without what is done with its candidates; only good for comparing.
    var cost: Double {
        let searching =
            switch self {
            case .pairs(let pairs): Double(pairs.count) * PrefilterChoice.Cost.scannedPair
            case .words: PrefilterChoice.Cost.scannedWords
            }
        return PrefilterChoice.Cost.scannedByte + searching
    }

    /// Scans a text from a place on as far as there is room for what is found.
    ///
    /// - Parameters:
    ///   - kernels: those in force.
    ///   - candidates: room for at least `TRAWL_SCAN_BLOCK` places.
    ///   - suspects: the same for line ends that have to be looked at.
    /// - Complexity: linear in the bytes.
    @inline(__always)
    public func scan(
        _ text: UnsafeRawBufferPointer, from start: Int, with kernels: UnsafePointer<trawl_kernels>,
        candidates: UnsafeMutableBufferPointer<UInt32>, suspects: UnsafeMutableBufferPointer<UInt32>
    ) -> trawl_scan_result {
        var found = trawl_scan_result()
        let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // SAFETY: the arrays have the capacities given; the kernels read within the text only.
        switch self {
        case .pairs(let pairs):
            pairs.withUnsafeBufferPointer { pairs in
                kernels.pointee.scan(
                    base, text.count, start, pairs.baseAddress, pairs.count, candidates.baseAddress, candidates.count,
                    suspects.baseAddress, suspects.count, &found)
            }
        case .words(let sets):
            // Words are chosen where there is a vector loop for them; another table may have come into force since.
            guard let scanWords = kernels.pointee.scan_words ?? trawl_kernels_named("scalar")?.pointee.scan_words
            else { preconditionFailure("the scalar table has every loop") }
            withUnsafePointer(to: sets.kernelSets) { sets in
                scanWords(
                    base, text.count, start, sets, candidates.baseAddress, candidates.count, suspects.baseAddress,
                    suspects.count, &found)
            }
            let places = UnsafeMutableBufferPointer(rebasing: candidates[..<found.candidate_count])
            found.candidate_count = sets.keepWords(places, in: text)
        }
        return found
    }

    /// Whether a place that the kernel in force reports passes a test; for a text of no more than a few lines.
    func hasCandidate(in text: UnsafeRawBufferPointer, where passes: (Int) -> Bool) -> Bool {
        let capacity = 4 * Int(TRAWL_SCAN_BLOCK)
        let kernels = trawl_kernels_get()
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * capacity) { buffer in
            let candidates = UnsafeMutableBufferPointer(rebasing: buffer[..<capacity])
            let suspects = UnsafeMutableBufferPointer(rebasing: buffer[capacity...])
            var start = 0
            while start < text.count {
                let found = scan(text, from: start, with: kernels, candidates: candidates, suspects: suspects)
                for index in 0..<found.candidate_count where passes(Int(candidates[index])) { return true }
                start = found.consumed
            }
            return false
        }
    }
}

public import CKernels

/// What the scan kernel is to report the places of.
public enum ScanTarget: Sendable {
    /// At most `TRAWL_SCAN_PAIRS` pairs of bytes.
    case pairs([trawl_pair])
    /// Sets of short words, where the kernels have a loop for them.
    case words(WordSets)

    /// What a scan takes, in nanoseconds a byte, without what is done with its candidates; only good for comparing.
    var cost: Double {
        PrefilterChoice.Cost.scannedByte
            + {
                switch self {
                case .pairs(let pairs): Double(pairs.count) * PrefilterChoice.Cost.scannedPair
                case .words: PrefilterChoice.Cost.scannedWords
                }
            }()
    }

    /// Scans a text from a place on as far as there is room for what is found.
    ///
    /// - Parameters:
    ///   - kernels: those in force when the target was chosen.
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
            guard let scanWords = kernels.pointee.scan_words else { preconditionFailure("no kernel for words") }
            withUnsafePointer(to: sets.kernelSets) { sets in
                scanWords(
                    base, text.count, start, sets, candidates.baseAddress, candidates.count, suspects.baseAddress,
                    suspects.count, &found)
            }
        }
        return found
    }
}

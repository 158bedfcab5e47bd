import CKernels

extension UnsafeRawBufferPointer {
    /// Where some bytes stand first, from 0; `nil` for nowhere. The standard library's search, which takes any collection, takes a
    /// hundred times as long.
    ///
    /// - Complexity: linear, at many bytes a nanosecond.
    public func firstPlace(of bytes: [UInt8]) -> Int? {
        guard !bytes.isEmpty, let address = baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        // SAFETY: the kernel reads this text and the bytes within their bounds, during the call only.
        let place = trawl_kernels_get().pointee.find(address, count, bytes, bytes.count)
        // SIZE_MAX, which means that they do not occur, is -1 here.
        return place >= 0 ? place : nil
    }

    /// Whether other bytes occur in these.
    ///
    /// - Complexity: linear, whatever both hold: many bytes are looked for as Knuth, Morris and Pratt do, since the kernel may
    ///   compare most of them at each place.
    func contains(_ other: UnsafeRawBufferPointer) -> Bool {
        guard !other.isEmpty else { return true }
        guard other.count <= count else { return false }
        if other.count <= 256 {
            guard let text = baseAddress, let wanted = other.baseAddress else { return false }
            // SAFETY: as above.
            return trawl_kernels_get().pointee.find(
                text.assumingMemoryBound(to: UInt8.self), count, wanted.assumingMemoryBound(to: UInt8.self), other.count
            )
                >= 0
        }
        // How much of the beginning is there again at the end of so many bytes.
        var borders = [Int](repeating: 0, count: other.count)
        var matched = 0
        for index in 1..<other.count {
            while matched > 0, other[index] != other[matched] { matched = borders[matched - 1] }
            if other[index] == other[matched] { matched += 1 }
            borders[index] = matched
        }
        matched = 0
        for byte in self {
            while matched > 0, byte != other[matched] { matched = borders[matched - 1] }
            if byte == other[matched] { matched += 1 }
            if matched == other.count { return true }
        }
        return false
    }
}

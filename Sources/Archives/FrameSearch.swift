import Glibc

/// The search for the next frame behind a loss. Where it ends depends on the archive's bytes alone, however they come in.
struct FrameSearch {
    /// Bytes from the position on at which no frame can begin.
    private var passed: Int

    enum Outcome {
        /// The position is where a frame begins.
        case found
        case more
        case starved
        case ended
    }

    private static let window = 1 << 20

    /// - Parameter beyondFirst: what stands at the position itself turned out to be none.
    init(beyondFirst: Bool) {
        passed = beyondFirst ? 1 : 0
    }

    /// Searches on, for at most a mebibyte.
    ///
    /// - Parameters:
    ///   - end: frames that begin there or behind are not looked for, and the position does not go beyond.
    ///   - first: the first byte of any frame.
    ///   - headerSize: bytes that are always enough to tell a frame by; `isFrame` gets fewer only where the archive ends.
    mutating func step(
        _ input: ByteInput, end: Int = .max, first: UInt8, headerSize: Int,
        isFrame: (UnsafeRawBufferPointer) -> Bool
    ) -> Outcome {
        guard input.position < end else { return .ended }
        let wanted = passed + headerSize
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        let isLast = bytes.count < wanted
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.window))
        // Beyond this a header may not be whole in what is there.
        let limit = isLast ? window.count : window.count - headerSize + 1
        var index = passed
        while index < limit, let base = window.baseAddress,
            let found = memchr(base + index, Int32(first), limit - index)
        {
            index = UnsafeRawPointer(found) - base
            if isFrame(UnsafeRawBufferPointer(rebasing: bytes[index...])) {
                return skip(index, input, end) ? .found : .ended
            }
            index += 1
        }
        passed = 0
        return skip(limit, input, end) && !isLast ? .more : .ended
    }

    /// False where the end is reached.
    private func skip(_ count: Int, _ input: ByteInput, _ end: Int) -> Bool {
        input.skip(min(count, end - input.position))
        return input.position < end
    }
}

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
    /// - Parameter end: frames that begin there or behind are not looked for, and the position does not go beyond.
    mutating func step<Structure: FrameStructure>(
        _ input: ByteInput, end: Int = .max, for structure: Structure.Type
    ) -> Outcome {
        guard input.position < end else { return .ended }
        let wanted = passed + Structure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        let isLast = bytes.count < wanted
        // Beyond this, there may be more to a frame than what is there.
        let limit = isLast ? bytes.count : min(bytes.count - Structure.evidence + 1, Self.window)
        if passed < limit, let index = Structure.firstFrame(in: bytes, passed..<limit) {
            return skip(index, input, end) ? .found : .ended
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

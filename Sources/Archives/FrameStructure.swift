import Glibc

/// What tells the frames of a format from other bytes, without decoding them.
protocol FrameStructure {
    /// The first byte of every frame.
    static var firstByte: UInt8 { get }
    /// Bytes that are always enough for `isBoundary`.
    static var headerSize: Int { get }
    /// Bytes that are always enough for `isFrame`.
    static var evidence: Int { get }

    /// Whether a frame begins here, for all that can be told without decoding it: a magic may stand in compressed data by
    /// chance, so its header must be valid, and so must what the header leads to. Gets `evidence` bytes, fewer only where
    /// the archive ends.
    static func isFrame(_ bytes: UnsafeRawBufferPointer) -> Bool

    /// Whether what stands here can follow a frame: another one, or the archive's end. Gets `headerSize` bytes, fewer only
    /// where the archive ends.
    static func isBoundary(_ bytes: UnsafeRawBufferPointer) -> Bool
}

extension FrameStructure {
    /// The first place within `range` where a frame begins. `bytes` go on for `evidence` bytes behind the range, or to the
    /// archive's end.
    static func firstFrame(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var index = range.lowerBound
        let end = min(range.upperBound, bytes.count)
        while index < end, let found = memchr(base + index, Int32(firstByte), end - index) {
            index = UnsafeRawPointer(found) - base
            if isFrame(UnsafeRawBufferPointer(rebasing: bytes[index...].prefix(evidence))) { return index }
            index += 1
        }
        return nil
    }

    /// Whether what stands at `offset` can follow a frame; false where there are not so many bytes.
    static func isBoundary(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        offset <= bytes.count && isBoundary(UnsafeRawBufferPointer(rebasing: bytes[offset...].prefix(headerSize)))
    }
}

/// A skippable frame while it is passed over. Nothing but its length tells where it ends, so the length is believed only
/// where it leads to another frame or to the archive's end, or where no frame begins before.
struct SkippableFrame<Structure: FrameStructure> {
    private let end: Int
    /// In a long one.
    private var search: FrameSearch?

    enum Outcome {
        /// The position is behind it.
        case passed
        /// The length is wrong: the position is where a frame begins before the end that it says.
        case holdsFrame
        case more
        case starved
        /// The archive ends before it, and no frame begins in what there is of it.
        case endsBeyond
    }

    /// Bytes of magic and length.
    static var headerSize: Int { 8 }
    /// Beyond this, a frame's end is not looked at first, as a pipe would have to be kept so long: a frame that begins
    /// within it is then enough to disbelieve the length.
    private static var lookAhead: Int { 1 << 20 }

    /// - Parameter length: as it says, without magic and length.
    init(at position: Int, length: UInt32) {
        end = position + Self.headerSize + Int(length)
    }

    mutating func step(_ input: ByteInput) -> Outcome {
        let size = end - input.position
        if search == nil, size <= Self.lookAhead {
            var bytes = input.available(size + Structure.headerSize)
            if bytes.count < size + Structure.headerSize, input.isStarved { return .starved }
            if Structure.isBoundary(bytes, at: size) {
                input.skip(size)
                return .passed
            }
            bytes = input.available(size + Structure.evidence)
            if bytes.count < size + Structure.evidence, input.isStarved { return .starved }
            if let found = Structure.firstFrame(in: bytes, Self.headerSize..<size) {
                input.skip(found)
                return .holdsFrame
            }
            guard bytes.count >= size else { return .endsBeyond }
            input.skip(size)
            return .passed
        }
        var search = search ?? FrameSearch(beyondFirst: true)
        defer { self.search = search }
        switch search.step(input, end: end, for: Structure.self) {
        case .found: return .holdsFrame
        case .more: return .more
        case .starved: return .starved
        case .ended: return input.position == end ? .passed : .endsBeyond
        }
    }
}

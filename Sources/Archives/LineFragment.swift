/// A line, or a part of one, that had to be put together from several places. Bytes beyond the line limit are counted
/// but not kept.
struct LineFragment {
    /// Bytes, with the line feed if it has come.
    private(set) var length = 0
    private(set) var endsWithLineFeed = false
    private var endsWithCarriageReturn = false
    /// Bytes of the line feed that has come, and of the carriage return before it.
    private var endLength = 0
    /// Where the line begins.
    let segment: Int
    let offset: Int
    private var buffer: SharedBuffer?

    init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    /// Appends to the fragment. Amortised linear.
    mutating func append(_ bytes: UnsafeRawBufferPointer, lineLimit: Int) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let total = length + bytes.count
        endsWithLineFeed = bytes[bytes.count - 1] == UInt8(ascii: "\n")
        if endsWithLineFeed {
            let precedes = bytes.count > 1 ? bytes[bytes.count - 2] == UInt8(ascii: "\r") : endsWithCarriageReturn
            endLength = precedes ? 2 : 1
        }
        endsWithCarriageReturn = bytes[bytes.count - 1] == UInt8(ascii: "\r")
        if total > lineLimit + 2 {
            buffer = nil
        } else {
            if (buffer?.capacity ?? 0) < total {
                let larger = SharedBuffer(capacity: max(total * 2, 256))
                if let buffer { larger.base.copyMemory(from: buffer.base, byteCount: length) }
                buffer = larger
            }
            buffer?.base.advanced(by: length).copyMemory(from: source, byteCount: bytes.count)
        }
        length = total
    }

    mutating func append(_ other: LineFragment, lineLimit: Int) {
        if let bytes = other.buffer {
            append(UnsafeRawBufferPointer(start: bytes.base, count: other.length), lineLimit: lineLimit)
        } else if other.length > 0 {
            length += other.length
            endsWithLineFeed = other.endsWithLineFeed
            endsWithCarriageReturn = other.endsWithCarriageReturn
            endLength = other.endLength
            buffer = nil
        }
    }

    /// The line as a chunk of its own; nil when it is empty, that is, when nothing was there at all.
    func chunk(archive: Int, lineLimit: Int) -> Chunk? {
        guard length > 0 else { return nil }
        let content = length - endLength
        guard content <= lineLimit, let buffer else {
            return Chunk(
                bytes: UnsafeRawBufferPointer(start: nil, count: 0), archive: archive, segment: segment, offset: offset,
                kind: .overlongLine(length: content), owner: .none)
        }
        return Chunk(
            bytes: UnsafeRawBufferPointer(start: buffer.base, count: length), archive: archive, segment: segment,
            offset: offset, kind: .lines, owner: .buffer(buffer))
    }
}

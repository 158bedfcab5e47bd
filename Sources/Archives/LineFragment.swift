import Glibc

/// A line, or a part of one, that had to be put together from several places. Bytes beyond the line limit are counted
/// but not kept, nor are zeros that such a line begins with, but for the last one (see `cutLines`).
struct LineFragment {
    /// Bytes, with the line feed if it has come.
    private(set) var length = 0
    private(set) var endsWithLineFeed = false
    private var endsWithCarriageReturn = false
    /// Bytes of the line feed that has come, and of the carriage return before it.
    private var endLength = 0
    /// Zeros that it begins with.
    private var zeros = 0
    /// How many of them were not kept.
    private var dropped = 0
    /// Where the line begins.
    let segment: Int
    let offset: Int
    private var buffer: SharedBuffer?

    init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    private var kept: Int { length - dropped }
    /// Zeros that need not be kept if the line is overlong.
    private var surplus: Int { max(0, zeros - 1 - dropped) }

    /// Appends to the fragment. Amortised linear.
    mutating func append(_ bytes: UnsafeRawBufferPointer, lineLimit: Int) {
        guard bytes.count > 0 else { return }
        endsWithLineFeed = bytes[bytes.count - 1] == UInt8(ascii: "\n")
        if endsWithLineFeed {
            let precedes = bytes.count > 1 ? bytes[bytes.count - 2] == UInt8(ascii: "\r") : endsWithCarriageReturn
            endLength = precedes ? 2 : 1
        }
        endsWithCarriageReturn = bytes[bytes.count - 1] == UInt8(ascii: "\r")
        if zeros == length { zeros += bytes.leadingZeros }
        var new = bytes
        if kept + new.count > lineLimit + 2, surplus > 0 { dropSurplus(&new) }
        if kept + new.count > lineLimit + 2 {
            buffer = nil
            length += new.count
        } else {
            keep(new)
        }
    }

    /// Forgets zeros: those that are kept first, then those of the bytes that come.
    private mutating func dropSurplus(_ new: inout UnsafeRawBufferPointer) {
        let old = min(surplus, kept)
        if let buffer { memmove(buffer.base, buffer.base + old, kept - old) }
        dropped += old
        let coming = surplus
        new = UnsafeRawBufferPointer(rebasing: new.dropFirst(coming))
        dropped += coming
        length += coming
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let total = kept + bytes.count
        if (buffer?.capacity ?? 0) < total {
            let larger = SharedBuffer(capacity: max(total * 2, 256))
            if let buffer { larger.base.copyMemory(from: buffer.base, byteCount: kept) }
            buffer = larger
        }
        if let source = bytes.baseAddress {
            buffer?.base.advanced(by: kept).copyMemory(from: source, byteCount: bytes.count)
        }
        length += bytes.count
    }

    mutating func append(_ other: LineFragment, lineLimit: Int) {
        // Zeros that were not kept of it are zeros of this one's beginning, or too many for any line.
        if let bytes = other.buffer, other.dropped == 0 || zeros == length {
            if other.dropped > 0 {
                length += other.dropped
                dropped += other.dropped
                zeros += other.dropped
            }
            append(UnsafeRawBufferPointer(start: bytes.base, count: other.kept), lineLimit: lineLimit)
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
        let passed = content > lineLimit ? surplus : 0
        guard content - dropped - passed <= lineLimit, let buffer else {
            return Chunk(
                bytes: UnsafeRawBufferPointer(start: nil, count: 0), archive: archive, segment: segment, offset: offset,
                kind: .overlongLine(length: content), owner: .none)
        }
        return Chunk(
            bytes: UnsafeRawBufferPointer(start: buffer.base + passed, count: kept - passed), archive: archive,
            segment: segment, offset: offset + dropped + passed, kind: .lines, skipped: dropped + passed,
            owner: .buffer(buffer))
    }
}

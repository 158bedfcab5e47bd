import CKernels
import Glibc

/// Finding where lines begin and end in a chunk.
///
/// SAFETY: all positions stay within the chunk: `memchr` is given what remains of it, and the backward search loads 16 bytes
/// only where 16 precede.
enum LineBounds {
    /// The position of the line feed that ends the line at `position`, or the chunk's end.
    @inline(__always)
    static func end(of position: Int, in chunk: UnsafeRawBufferPointer) -> Int {
        guard let base = chunk.baseAddress, let found = memchr(base + position, 0x0A, chunk.count - position) else {
            return chunk.count
        }
        return UnsafeRawPointer(found) - base
    }

    /// The position of the first zero at or behind `position`.
    static func zero(from position: Int, in line: UnsafeRawBufferPointer) -> Int? {
        guard let base = line.baseAddress, let found = memchr(base + position, 0, line.count - position) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    static func holdsZero(_ line: UnsafeRawBufferPointer) -> Bool { zero(from: 0, in: line) != nil }

    /// How many lines a chunk holds.
    static func count(in chunk: UnsafeRawBufferPointer) -> Int {
        guard let base = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self), let last = chunk.last else { return 0 }
        // SAFETY: the kernel reads the chunk's bytes only.
        return Int(trawl_kernels_get().pointee.count_newlines(base, chunk.count)) + (last == 0x0A ? 0 : 1)
    }

    /// Where the line that holds `position` begins.
    @inline(__always)
    static func start(of position: Int, in chunk: UnsafeRawBufferPointer) -> Int {
        guard let base = chunk.baseAddress else { return 0 }
        var index = position
        let lineFeeds = SIMD16<UInt8>(repeating: 0x0A)
        while index >= 16 {
            let block = (base + index - 16).loadUnaligned(as: SIMD16<UInt8>.self)
            if any(block .== lineFeeds) { break }
            index -= 16
        }
        while index > 0, chunk[index - 1] != 0x0A { index -= 1 }
        return index
    }
}

/// What a line is, as far as its first and last byte tell.
enum LineShape: Equatable {
    case blank
    /// It begins with `{` and ends with `}`: an event, unless parsing finds otherwise.
    case object
    /// An object, from this place of the line on, behind a byte order mark, as files bring it along that were written one
    /// behind the other.
    case marked(Int)
    /// It does not begin with `{`.
    case foreign
    /// It begins with `{` and does not end with `}`.
    case truncated

    /// The shape of a line without its line feed. Nothing else of the line is read than white space and two bytes, but
    /// where those are no object's.
    static func of(_ line: UnsafeRawBufferPointer) -> LineShape {
        var first = 0
        var last = line.count - 1
        while first <= last, isSpace(line[first]) { first += 1 }
        guard first <= last else { return .blank }
        while isSpace(line[last]) { last -= 1 }
        guard line[first] == UInt8(ascii: "{") else { return behindMark(line, first, last) ?? .foreign }
        return line[last] == UInt8(ascii: "}") ? .object : .truncated
    }

    /// Nil for a line that begins with no byte order mark. `first` and `last` are no white space.
    private static func behindMark(_ line: UnsafeRawBufferPointer, _ first: Int, _ last: Int) -> LineShape? {
        guard line[first] == mark[0], line[first...last].starts(with: mark) else { return nil }
        var first = first + mark.count
        while first <= last, isSpace(line[first]) { first += 1 }
        guard first <= last else { return .blank }
        guard line[first] == UInt8(ascii: "{") else { return nil }
        return line[last] == UInt8(ascii: "}") ? .marked(first) : .truncated
    }

    /// UTF-8's byte order mark.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether a line that begins with `{` ends with `}`.
    @inline(__always)
    static func isClosed(_ line: UnsafeRawBufferPointer) -> Bool {
        var last = line.count - 1
        while last > 0, isSpace(line[last]) { last -= 1 }
        return line[last] == UInt8(ascii: "}")
    }

    /// Whether a line ends as the elements of a list do that have a line each.
    static func endsWithComma(_ line: UnsafeRawBufferPointer) -> Bool {
        let line = trimmed(line)
        guard line.last == UInt8(ascii: ",") else { return false }
        return trimmed(UnsafeRawBufferPointer(rebasing: line.dropLast())).last == UInt8(ascii: "}")
    }

    /// A line without the white space at its ends.
    static func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var first = 0
        var end = line.count
        while first < end, isSpace(line[first]) { first += 1 }
        while end > first, isSpace(line[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[first..<end])
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
}

/// Counts lines up to places in a chunk, going on from the last one.
struct LineNumbering {
    private let kernels: UnsafePointer<trawl_kernels>
    private var chunk: UnsafeRawPointer?
    private var numbered = 0
    private var number = 0

    init() {
        kernels = trawl_kernels_get()
    }

    /// The number of the line that begins at `start`, from 0 in the chunk. Cheapest in ascending order.
    mutating func number(of start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        if chunk != bytes.baseAddress || start < numbered { (chunk, numbered, number) = (bytes.baseAddress, 0, 0) }
        if let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) {
            // SAFETY: `numbered` and `start` are places in the chunk.
            number += Int(kernels.pointee.count_newlines(base + numbered, start - numbered))
        }
        numbered = start
        return number
    }

    /// Forgets the chunk: another one may lie at the same address.
    mutating func begin() { chunk = nil }
}

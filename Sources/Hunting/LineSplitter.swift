import CKernels
import Glibc

/// Finding where lines begin and end in a chunk.
///
/// SAFETY: all positions stay within the chunk: `memchr` is given what remains of it, and the backward search loads 16 bytes
/// only where 16 precede.
enum LineSplitter {
    /// The position of the line feed that ends the line at `position`, or the chunk's end.
    @inline(__always)
    static func end(of position: Int, in chunk: UnsafeRawBufferPointer) -> Int {
        guard let base = chunk.baseAddress, let found = memchr(base + position, 0x0A, chunk.count - position) else {
            return chunk.count
        }
        return UnsafeRawPointer(found) - base
    }

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
    /// An object, at these places of the line, with what is no part of any text before or behind it: byte order marks, as
    /// files bring them along that were written one behind the other, and zeros, as they are left where a file was made
    /// long before it was written to, or cut off under its writer, or lost a block.
    case padded(Range<Int>, hasZeros: Bool)
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
        let begins = line[first] == UInt8(ascii: "{")
        if begins, line[last] == UInt8(ascii: "}") { return .object }
        return padded(line, first, last) ?? (begins ? .truncated : .foreign)
    }

    /// Looks beyond padding at the ends of a line that is not blank, which white space reaches up to.
    private static func padded(_ line: UnsafeRawBufferPointer, _ first: Int, _ last: Int) -> LineShape? {
        var (first, last) = (first, last)
        var hasZeros = false
        while first <= last {
            if line[first] == 0 {
                hasZeros = true
                first += 1
            } else if line[first] == mark[0], line[first...last].starts(with: mark) {
                first += mark.count
            } else if isSpace(line[first]) {
                first += 1
            } else {
                break
            }
        }
        if first > last { return hasZeros ? nil : .blank }
        while line[last] == 0 || isSpace(line[last]) {
            if line[last] == 0 { hasZeros = true }
            last -= 1
        }
        guard line[first] == UInt8(ascii: "{"), line[last] == UInt8(ascii: "}") else { return nil }
        return .padded(first..<last + 1, hasZeros: hasZeros)
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

import CLZ4
import CXXHash
import Glibc

/// A block as its size field tells it.
struct LZ4Block {
    /// Its content stands in the archive as it is.
    let isStored: Bool
    /// Bytes of its content in the archive.
    let size: Int
    /// Bytes that it has in the archive: the size field, the content, the checksum.
    let whole: Int

    /// - Parameter word: the size field; not 0, the mark of the frame's end.
    init(_ word: UInt32, of header: LZ4FrameHeader) {
        isStored = word >> 31 != 0
        size = Int(word & 0x7FFF_FFFF)
        whole = 4 + size + (header.hasBlockChecksums ? 4 : 0)
    }

    /// The content within the block's bytes.
    func content(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + size)])
    }

    /// Whether it has a checksum that does not match.
    func isDoubtful(_ bytes: UnsafeRawBufferPointer, of header: LZ4FrameHeader) -> Bool {
        guard header.hasBlockChecksums else { return false }
        return bytes.number(at: 4 + size) != XXH32(content(of: bytes).baseAddress, size, 0)
    }
}

/// The content of one frame's blocks, one after the other, with what linked ones refer to.
struct LZ4BlockContent {
    private let header: LZ4FrameHeader
    private var history = LZ4History()

    init(_ header: LZ4FrameHeader) {
        self.header = header
    }

    /// Writes the content of the next block; how many bytes that were, or nil where it is damaged.
    mutating func write(
        _ data: UnsafeRawBufferPointer, isStored: Bool, to target: UnsafeMutableRawPointer, _ capacity: Int
    ) -> Int? {
        let count = isStored ? store(data, to: target, capacity) : decompress(data, to: target, capacity)
        if let count, header.isLinked { history.follow(target, count) }
        return count
    }

    private func store(_ data: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, _ capacity: Int) -> Int? {
        guard data.count <= capacity else { return nil }
        if let source = data.baseAddress { target.copyMemory(from: source, byteCount: data.count) }
        return data.count
    }

    private mutating func decompress(
        _ data: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, _ capacity: Int
    ) -> Int? {
        let source = data.baseAddress?.assumingMemoryBound(to: CChar.self)
        let output = target.assumingMemoryBound(to: CChar.self)
        let room = Int32(clamping: min(capacity, header.blockLimit))
        // SAFETY: the library writes at most `room` bytes and reads only the data and the dictionary, whatever they hold;
        // the ring keeps the last 64 KiB in place (demand.history).
        let result: Int32
        if header.isLinked {
            let dictionary = history.dictionary(before: target)
            result = LZ4_decompress_safe_usingDict(
                source, output, Int32(data.count), room,
                dictionary.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(dictionary.count))
        } else {
            result = LZ4_decompress_safe(source, output, Int32(data.count), room)
        }
        return result >= 0 ? Int(result) : nil
    }

    /// Whether a block that cannot be decoded could be if something preceded it. The lz4 tool's dictionaries are not named
    /// in headers.
    func refersBack(_ data: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer, _ capacity: Int) -> Bool {
        let dictionary = [CChar](repeating: 0, count: LZ4History.size)
        // SAFETY: as in decompress.
        return LZ4_decompress_safe_usingDict(
            data.baseAddress?.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self),
            Int32(data.count), Int32(clamping: min(capacity, header.blockLimit)), dictionary, Int32(dictionary.count))
            >= 0
    }
}

/// The 64 KiB before a linked block, wherever they lie: in the ring, or behind a wrap of it, in a copy.
struct LZ4History {
    static let size = 64 << 10

    /// Where the newest output ends, and how much of it is contiguous.
    private var end: UnsafeMutableRawPointer?
    private var run = 0
    /// What came before the run.
    private var older: [UInt8] = []
    private let combined = Combined()

    init() {}

    /// Both parts one behind the other.
    private final class Combined {
        // SAFETY: allocated here, freed in deinit; `size` bytes.
        let base = UnsafeMutableRawPointer.allocate(byteCount: LZ4History.size, alignment: 16)

        deinit { base.deallocate() }
    }

    /// The dictionary for a block that is decoded to `target`. Valid until the next call.
    mutating func dictionary(before target: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer {
        if target != end { rebase(target) }
        if run >= Self.size || older.isEmpty {
            let count = min(run, Self.size)
            return UnsafeRawBufferPointer(start: target - count, count: count)
        }
        // SAFETY: together they are at most `size` bytes, as `run` is less than that here.
        let before = older.suffix(Self.size - run)
        before.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { combined.base.copyMemory(from: start, byteCount: bytes.count) }
        }
        combined.base.advanced(by: before.count).copyMemory(from: target - run, byteCount: run)
        return UnsafeRawBufferPointer(start: combined.base, count: before.count + run)
    }

    /// Notes that `count` bytes were written at `target`.
    mutating func follow(_ target: UnsafeMutableRawPointer, _ count: Int) {
        if target != end { rebase(target) }
        end = target + count
        run += count
    }

    /// The ring has wrapped: what the run held is copied, as the next blocks may be too small to push it out of reach.
    private mutating func rebase(_ target: UnsafeMutableRawPointer) {
        if let end {
            let count = min(run, Self.size)
            let newest = UnsafeRawBufferPointer(start: end - count, count: count)
            older = older.suffix(Self.size - count) + newest
        }
        end = target
        run = 0
    }
}

/// Tells how an archive is compressed by its first bytes, and where those are damaged, by what stands behind them. Takes
/// nothing from the input.
struct FormatRecognition {
    enum Result {
        case format(ArchiveFormat)
        /// Not compressed, but nothing of which lines can be made as it is.
        case foreign(ForeignContent)
        /// The pipe has not brought enough yet.
        case undecided
    }

    private let archive: Archive
    private let file: OpenFile
    private let input: ByteInput

    /// Bytes at the beginning by which text is told from anything else: those of a tar archive hold more than a name.
    private static let headSize = 128
    /// Bytes from the beginning within which a frame is looked for when they are no text.
    private static let searchSize = 4 << 20
    /// Zeros that are no damaged magic.
    private static let zeroCount = 12
    /// Where text is looked for behind damage; no compressed content has so much of it in one piece.
    private static let textWindow = 7 << 10..<8 << 10
    /// Bytes of skippable frames behind which the first frame is looked for: a pipe would have to be kept so long.
    private static let lookAhead = 1 << 20

    init(_ archive: Archive, file: OpenFile, input: ByteInput) {
        self.archive = archive
        self.file = file
        self.input = input
    }

    /// The first frame that is not skippable tells: zstd and lz4 share those.
    func result() -> Result {
        var offset = 0
        while true {
            guard let found = magic(at: offset) else { return .undecided }
            switch found {
            case .format(let format): return .format(format)
            case .skippable(let length):
                offset += 8 + length
                // Skippable frames at the start are zstd's by custom.
                if offset > Self.lookAhead { return framed(otherwise: .zstd) }
            case .openingBrace: return .format(.plain)
            case .none:
                // Where a skippable frame's length leads to nothing, it may be the length that is damaged.
                return offset > 0 ? framed(otherwise: .zstd) : unframed()
            }
        }
    }

    private enum Magic {
        case format(ArchiveFormat)
        case skippable(length: Int)
        /// As most archives begin that are not compressed; so they are told by their first bytes alone.
        case openingBrace
        case none
    }

    /// Nil when the pipe has not brought enough.
    private func magic(at offset: Int) -> Magic? {
        withBytes(at: offset, count: 8) { bytes in
            // Not followed by a zero, as it is in UTF-16.
            if bytes.first == UInt8(ascii: "{"), bytes.count < 2 || bytes[1] != 0 { return .openingBrace }
            if FrameMagic.isGzip(bytes), offset == 0 { return .format(.gzip) }
            switch bytes.number() {
            case FrameMagic.zstd: return .format(.zstd)
            case FrameMagic.lz4, FrameMagic.lz4Legacy: return .format(.lz4)
            case let number? where FrameMagic.isSkippable(number):
                return bytes.number(at: 4).map { .skippable(length: Int($0)) } ?? .format(.zstd)
            default: return Magic.none
            }
        }
    }

    private func unframed() -> Result {
        let head = withBytes(at: 0, count: Self.headSize) { bytes in
            (isText: TextProbe.isText(bytes), foreign: ForeignContent(bytes, isDecompressed: false))
        }
        guard let head else { return .undecided }
        if head.isText { return .format(.plain) }
        if let foreign = head.foreign { return .foreign(foreign) }
        // Only now: a pipe need not have brought so much.
        guard let tail = withBytes(at: 0, count: ForeignContent.evidence, { ForeignContent($0, isDecompressed: false) })
        else { return .undecided }
        return tail.map { .foreign($0) } ?? framed(otherwise: namedFormat ?? .plain)
    }

    // MARK: Damaged beginnings

    /// The format of a frame whose magic is damaged, or of the first frame behind.
    private func framed(otherwise format: ArchiveFormat) -> Result {
        let wanted = Self.searchSize + ZstdStructure.evidence
        let found = withBytes(at: 0, count: wanted) { bytes in searchedFormat(bytes) ?? repairedFormat(bytes) ?? format
        }
        return found.map { .format($0) } ?? .undecided
    }

    /// The format whose frame would begin here if the magic were right.
    ///
    /// Zeros, as a crash or a file that was cut off while it was written to leaves them, pass for nearly anything; and where
    /// text follows, it is a text that is damaged, unless the magic has but one wrong byte.
    private func repairedFormat(_ bytes: UnsafeRawBufferPointer) -> ArchiveFormat? {
        if bytes.prefix(Self.zeroCount).allSatisfy({ $0 == 0 }) { return nil }
        let isTextBehind = isTextBehind(bytes)
        func holds(_ magic: [UInt8], _ count: Int, _ test: (UnsafeRawBufferPointer) -> Bool) -> Bool {
            guard bytes.count > magic.count else { return false }
            if isTextBehind, zip(magic, bytes).count(where: { $0 != $1 }) > 1 { return false }
            return (magic + bytes.prefix(count).dropFirst(magic.count)).withUnsafeBytes(test)
        }
        if holds(Self.bytes(of: FrameMagic.zstd), ZstdStructure.evidence * 4, { ZstdStructure.isFrame($0, depth: 4) }) {
            return .zstd
        }
        if holds(Self.bytes(of: FrameMagic.lz4), LZ4Structure.evidence, LZ4Structure.isFrame) { return .lz4 }
        // The flags that must be 0 are as good as a part of the magic.
        let gzip = [0x1F, 0x8B, 8] + bytes.dropFirst(3).prefix(1).map { $0 & 0x1F }
        if holds(gzip, GzipStructure.evidence, GzipStructure.isFrame) { return .gzip }
        return nil
    }

    /// Whether the last bytes of some that begin with damage are text.
    private func isTextBehind(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let window = min(bytes.count, Self.textWindow.upperBound)
        guard window > Self.headSize + Self.textWindow.count else { return false }
        var start = window - Self.textWindow.count
        // Not from the middle of a character.
        while start < window, bytes[start] & 0xC0 == 0x80 { start += 1 }
        return TextProbe.isText(UnsafeRawBufferPointer(rebasing: bytes[start..<window]))
    }

    private static func bytes(of magic: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: magic >> (8 * $0)) }
    }

    /// The format of the frame that begins first.
    private func searchedFormat(_ bytes: UnsafeRawBufferPointer) -> ArchiveFormat? {
        let range = 1..<Self.searchSize
        let places: [(ArchiveFormat, Int?)] = [
            (.zstd, ZstdStructure.firstFrame(in: bytes, range)), (.lz4, LZ4Structure.firstFrame(in: bytes, range)),
            (.gzip, GzipStructure.firstFrame(in: bytes, range)),
        ]
        return places.compactMap { format, place in place.map { (format, $0) } }.min { $0.1 < $1.1 }?.0
    }

    /// What the name says: believed only of bytes that are nothing else.
    private var namedFormat: ArchiveFormat? {
        let name = archive.path.lowercased()
        if name.hasSuffix(".zst") || name.hasSuffix(".zstd") { return .zstd }
        if name.hasSuffix(".lz4") { return .lz4 }
        return name.hasSuffix(".gz") ? .gzip : nil
    }

    /// The bytes at `offset`, fewer where the archive ends; nil when the pipe has not brought so many yet.
    private func withBytes<Value>(at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
        if file.size != nil {
            let buffer = SharedBuffer(capacity: count)
            let read = file.read(into: buffer.base, count: count, at: offset)
            return body(UnsafeRawBufferPointer(start: buffer.base, count: read.count))
        }
        let bytes = input.available(offset + count)
        if bytes.count < offset + count, input.isStarved { return nil }
        return body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(offset).prefix(count)))
    }
}

/// Whether bytes are the beginning of a text.
enum TextProbe {
    /// Whether there are no control characters but those of texts, and nothing that is not UTF-8. A character that is cut
    /// off at the end is no matter.
    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let length: Int
            switch byte {
            case 0x09...0x0D, 0x1B, 0x20...0x7E: length = 1
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            default: return false
            }
            for place in index + 1..<index + length where place < bytes.count && bytes[place] & 0xC0 != 0x80 {
                return false
            }
            index += length
        }
        return true
    }
}

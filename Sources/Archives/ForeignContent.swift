/// Content of which lines are made only after something else has been done to it, told by how it begins.
enum ForeignContent {
    /// Under the name that is told.
    case compressed(name: String, command: String)
    /// Compressed data of a format that is read, in an archive that is compressed already.
    case twiceCompressed(ArchiveFormat)
    case container(name: String, command: String)
    case eventLog
    /// In two or four bytes a character.
    case wideText(name: String)
    /// The lines of its members can be read, but for those that its headers are in.
    case tar

    /// Bytes that are always enough to tell: the magic of a tar archive is the last one.
    static let evidence = 512

    /// Nil for what is not known to be foreign.
    ///
    /// - Parameter isDecompressed: the bytes come out of a compressed archive.
    init?(_ bytes: UnsafeRawBufferPointer, isDecompressed: Bool) {
        if isDecompressed, let format = Self.compression(bytes) {
            self = .twiceCompressed(format)
        } else if let known = Self.magics.first(where: { bytes.starts(with: $0.magic) })?.content,
            !TextProbe.isText(UnsafeRawBufferPointer(rebasing: bytes.prefix(64)))
        {
            self = known
        } else if Self.isZlib(bytes) {
            self = .compressed(name: "zlib", command: "pigz -dc FILE")
        } else if let name = Self.wideText(bytes) {
            self = .wideText(name: name)
        } else if bytes.count >= 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            self = .tar
        } else {
            return nil
        }
    }

    /// Whether nothing in it can be a line.
    var isOpaque: Bool {
        if case .tar = self { false } else { true }
    }

    /// What stands in place of the format of an archive that holds it.
    var formatName: String {
        switch self {
        case .compressed(let name, _), .container(let name, _), .wideText(let name): name
        case .twiceCompressed(let format): format.rawValue
        case .eventLog: "EVTX"
        case .tar: "tar"
        }
    }

    private static let magics: [(magic: [UInt8], content: ForeignContent)] = [
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .compressed(name: "xz", command: "xz -dc FILE")),
        (Array("BZh".utf8), .compressed(name: "bzip2", command: "bzip2 -dc FILE")),
        ([0x1F, 0x9D], .compressed(name: "compress", command: "gzip -dc FILE")),
        (Array("PK\u{3}\u{4}".utf8), .container(name: "zip", command: "unzip -p FILE")),
        (Array("PK\u{5}\u{6}".utf8), .container(name: "zip", command: "unzip -p FILE")),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .container(name: "7z", command: "7z x -so FILE")),
        (Array("Rar!\u{1A}\u{7}".utf8), .container(name: "RAR", command: "unrar p -inul FILE")),
        (Array("ElfFile\u{0}".utf8), .eventLog),
    ]

    private static func compression(_ bytes: UnsafeRawBufferPointer) -> ArchiveFormat? {
        switch bytes.number() {
        case FrameMagic.zstd: .zstd
        case FrameMagic.lz4, FrameMagic.lz4Legacy: .lz4
        default: FrameMagic.isGzip(bytes) ? .gzip : nil
        }
    }

    /// RFC 1950: the method, a check of both bytes, no dictionary; and what follows can be inflated.
    private static func isZlib(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 6, bytes[0] & 0x8F == 8, bytes[1] & 0x20 == 0,
            (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
            !TextProbe.isText(UnsafeRawBufferPointer(rebasing: bytes.prefix(64)))
        else { return false }
        return GzipTrial().accepts(UnsafeRawBufferPointer(rebasing: bytes[2...]))
    }

    /// UTF-16 or UTF-32 by its byte order mark or, as JSON begins with ASCII, by the zeros of its first characters.
    private static func wideText(_ bytes: UnsafeRawBufferPointer) -> String? {
        // The mark of UTF-32 begins with the one of UTF-16, behind which no text has a zero.
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
        // Without a zero soon behind it, as each brace of JSON brings one, the mark is two damaged bytes.
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]), bytes.prefix(64).contains(0) {
            return "UTF-16"
        }
        for (width, name) in [(2, "UTF-16"), (4, "UTF-32")] {
            if isASCII(bytes, width: width, at: 0) { return name + "LE" }
            if isASCII(bytes, width: width, at: width - 1) { return name + "BE" }
        }
        return nil
    }

    /// Whether the first four characters are ASCII, at this place among the bytes of each.
    private static func isASCII(_ bytes: UnsafeRawBufferPointer, width: Int, at place: Int) -> Bool {
        guard bytes.count >= 4 * width else { return false }
        return bytes.prefix(4 * width).enumerated().allSatisfy { index, byte in
            guard index % width == place else { return byte == 0 }
            return byte == 9 || byte == 10 || byte == 13 || 0x20...0x7E ~= byte
        }
    }

    /// What is told of an archive with this content: what it is, and how it becomes lines.
    ///
    /// - Parameter outer: how the archive itself is compressed.
    func damage(outer: ArchiveFormat) -> ArchiveDamage {
        let unpack: String
        switch outer {
        case .plain: unpack = ""
        case .zstd: unpack = "zstd -dc FILE | "
        case .lz4: unpack = "lz4 -dc FILE | "
        case .gzip: unpack = "gzip -dc FILE | "
        }
        func pipe(_ command: String) -> String {
            let piped = outer == .plain ? command : unpack + command.replacingFile()
            return "read it with `\(piped) | trawl hunt ... -`"
        }
        let reason: String
        switch self {
        case .compressed(let name, let command): reason = "holds \(name) data, which is not read; \(pipe(command))"
        case .twiceCompressed(let inner):
            reason =
                "holds \(inner.rawValue) data within \(outer.rawValue) data, of which only the outer is read; "
                + "read it with `\(unpack)trawl hunt ... -`"
        case .container(let name, let command): reason = "holds a \(name) archive, which is not read; \(pipe(command))"
        case .eventLog:
            reason = "holds a Windows event log (EVTX), which is not read; \(pipe("evtx_dump -o jsonl FILE"))"
        case .wideText(let name):
            reason = "holds \(name) text, which is not read; \(pipe("iconv -f \(name) -t UTF-8 FILE"))"
        case .tar:
            reason =
                "holds a tar archive, whose members' first lines are lost in its headers; \(pipe("tar -xOf FILE"))"
        }
        return ArchiveDamage(offset: 0, reason: reason)
    }
}

extension String {
    /// A command that reads what it is piped in place of FILE.
    fileprivate func replacingFile() -> String {
        split(separator: " ").map { $0 == "FILE" ? "-" : $0 }.joined(separator: " ")
    }
}

/// Tells of content that is not read, and reads nothing of it.
final class ForeignDecoder: Decoder {
    private let damage: ArchiveDamage
    private var isTold = false
    let demand = DecoderDemand(history: 0, piece: 1 << 10)
    let position = 0
    let startedAt: Int? = 0
    let endedAt: Int? = nil

    init(_ damage: ArchiveDamage) { self.damage = damage }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        defer { isTold = true }
        return isTold ? .ended : .damaged(damage, isGap: false)
    }
}

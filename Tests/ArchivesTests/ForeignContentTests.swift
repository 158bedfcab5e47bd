import TestRandom
import Testing

@testable import Archives

@Suite("Content that is not lines is told by its name, with what makes lines of it")
struct ForeignContentTests {
    private let folder = TemporaryFolder()

    private static let noise: [UInt8] = {
        var random = SeededGenerator(seed: 3000)
        return (0..<9000).map { _ in UInt8.random(in: 0...255, using: &random) }
    }()

    private static func utf32(_ text: [UInt8], isLittleEndian: Bool) -> [UInt8] {
        text.flatMap { isLittleEndian ? [$0, 0, 0, 0] : [0, 0, 0, $0] }
    }

    private static func utf16(_ text: [UInt8], isLittleEndian: Bool) -> [UInt8] {
        text.flatMap { isLittleEndian ? [$0, 0] : [0, $0] }
    }

    /// A member of a tar archive: its header, its content, and zeros up to the next 512 bytes.
    private static func tarMember(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8))
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put(String(content.count, radix: 8), at: 124)
        put("ustar", at: 257)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private static let text = Sample.text(lines: 60, seed: 3001)

    private static let opaque: [(name: String, bytes: [UInt8], remedy: String)] = [
        ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0] + noise, "xz -dc FILE | trawl hunt ... -"),
        ("bzip2", Array("BZh91AY&SY".utf8) + noise, "bzip2 -dc FILE | trawl hunt ... -"),
        ("zip", Array("PK\u{3}\u{4}\u{14}\u{0}".utf8) + noise, "unzip -p FILE | trawl hunt ... -"),
        ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C] + noise, "7z x -so FILE | trawl hunt ... -"),
        ("zlib", [0x78, 0x9C] + Pack.gzip(text).dropFirst(10), "pigz -dc FILE | trawl hunt ... -"),
        ("EVTX", Array("ElfFile\u{0}".utf8) + noise, "evtx_dump -o jsonl FILE | trawl hunt ... -"),
        (
            "UTF-16 ", [0xFF, 0xFE] + utf16(text, isLittleEndian: true),
            "iconv -f UTF-16 -t UTF-8 FILE | trawl hunt ... -"
        ),
        (
            "UTF-16 ", [0xFE, 0xFF] + utf16(text, isLittleEndian: false),
            "iconv -f UTF-16 -t UTF-8 FILE | trawl hunt ... -"
        ),
        (
            "UTF-32 ", [0xFF, 0xFE, 0, 0] + utf32(text, isLittleEndian: true),
            "iconv -f UTF-32 -t UTF-8 FILE | trawl hunt ... -"
        ),
        (
            "UTF-32 ", [0, 0, 0xFE, 0xFF] + utf32(text, isLittleEndian: false),
            "iconv -f UTF-32 -t UTF-8 FILE | trawl hunt ... -"
        ),
        ("UTF-32LE", utf32(text, isLittleEndian: true), "iconv -f UTF-32LE -t UTF-8 FILE | trawl hunt ... -"),
        ("UTF-32BE", utf32(text, isLittleEndian: false), "iconv -f UTF-32BE -t UTF-8 FILE | trawl hunt ... -"),
        ("UTF-16LE", utf16(text, isLittleEndian: true), "iconv -f UTF-16LE -t UTF-8 FILE | trawl hunt ... -"),
        ("UTF-16BE", utf16(text, isLittleEndian: false), "iconv -f UTF-16BE -t UTF-8 FILE | trawl hunt ... -"),
    ]

    @Test("what nothing can be read of is told once, and not cut into lines", arguments: opaque.indices)
    func opaqueContent(index: Int) async throws {
        let (name, bytes, remedy) = Self.opaque[index]
        let reading = try await readInEveryWay(bytes, in: folder, name)
        #expect(reading.first == [], "\(name)")
        #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name)")
        let reason = try #require(reading.accounts[0].damage.first?.reason)
        #expect(reason.contains(name) && reason.contains("`\(remedy)`"), "\(reason)")
        #expect(reading.accounts[0].isComplete)
        #expect(reading.accounts[0].format == nil)
        #expect(reading.accounts[0].unreadFormat == name.filter { $0 != " " })
    }

    @Test("it is told within compressed archives, too", arguments: opaque.indices)
    func opaqueWithin(index: Int) async throws {
        let (name, bytes, remedy) = Self.opaque[index]
        for (archive, unpack) in [
            (Pack.zstd(bytes), "zstd -dc FILE"), (Pack.lz4(bytes), "lz4 -dc FILE"), (Pack.gzip(bytes), "gzip -dc FILE"),
        ] {
            let reading = try await readInEveryWay(archive, in: folder, name)
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name)")
            let reason = try #require(reading.accounts[0].damage.first?.reason)
            let command =
                unpack + " | " + remedy.split(separator: " ").map { $0 == "FILE" ? "-" : $0 }.joined(separator: " ")
            #expect(reason.contains(name) && reason.contains("`\(command)`"), "\(reason)")
        }
    }

    @Test("an archive compressed twice says how it is read")
    func twice() async throws {
        for inner in [Pack.zstd(Self.text), Pack.lz4(Self.text), Pack.gzip(Self.text)] {
            for (outer, unpack) in [(Pack.zstd(inner), "zstd"), (Pack.lz4(inner), "lz4"), (Pack.gzip(inner), "gzip")] {
                let reading = try await readInEveryWay(outer, in: folder, unpack)
                let reasons = reading.accounts[0].damage.map(\.reason)
                #expect(
                    reasons.count == 1 && reasons[0].contains("`\(unpack) -dc FILE | trawl hunt ... -`"), "\(reasons)")
            }
        }
    }

    @Test("the lines of a tar archive are read, and that some are lost is told")
    func tar() async throws {
        let archive =
            Self.tarMember(String(repeating: "folder/", count: 13) + "a.jsonl", Array("{\"a\":1}\n{\"a\":2}\n".utf8))
            + Self.tarMember("b.jsonl", Array("{\"b\":1}\n{\"b\":2}\n".utf8)) + [UInt8](repeating: 0, count: 1024)
        for (name, bytes) in [
            ("tar", archive), ("tar.zst", Pack.zstd(archive)), ("tar.lz4", Pack.lz4(archive)),
            ("tar.gz", Pack.gzip(archive)),
        ] {
            let reading = try await readInEveryWay(bytes, in: folder, name)
            #expect(reading.first.contains(.line(Array("{\"a\":2}".utf8))), "\(name)")
            #expect(reading.first.contains(.line(Array("{\"b\":2}".utf8))), "\(name)")
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name)")
            #expect(reading.accounts[0].damage.first?.reason.contains("tar -xOf") == true, "\(name)")
        }
    }

    @Test("texts that begin alike are texts")
    func texts() async throws {
        let texts = ["BZh91AY&SY", "x^", "PK", "7z", "Rar!", "ElfFile", "{\"a\":\"ustar\"}\n"]
        // Two damaged bytes are no mark of UTF-16 where none follows.
        for bytes in texts.map({ Array($0.utf8) }) + [[0xFF, 0xFE], [0xFE, 0xFF]] {
            let beginning = String(decoding: bytes, as: UTF8.self)
            let text = bytes + Self.text
            for archive in [text, Pack.zstd(text), Pack.gzip(text)] {
                let reading = try await readInEveryWay(archive, in: folder, beginning)
                #expect(difference(reading.first, Sample.lines(text).map { .line($0) }) == nil, "\(beginning)")
                #expect(reading.accounts[0].damage == [], "\(beginning)")
            }
        }
    }
}

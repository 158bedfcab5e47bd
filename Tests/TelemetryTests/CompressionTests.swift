import Testing

@testable import Telemetry

@Suite struct CompressionTests {
    private func archive(_ compression: Compression, threads: Int = 2) async throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let report = try await generate(
            into: folder.path,
            options: .small {
                $0.size = .bytes(300_000)
                $0.shapes = [.crowdstrike]
                $0.compressions = [compression]
                $0.archives = 1
                $0.threads = threads
            })
        #expect(report.archives[0].name == "001-crowdstrike-\(compression.rawValue).\(compression.fileExtension)")
        let bytes = try folder.bytes(report.archives[0].name)
        #expect(bytes.count == report.archives[0].storedBytes)
        return bytes
    }

    @Test("every compression holds the bytes that the plain archive has", arguments: Compression.allCases)
    func decodes(compression: Compression) async throws {
        let plain = try await archive(.none)
        #expect(try await Decoder.decode(archive(compression), compression) == plain)
    }

    @Test("frames and members stand alone where they are said to, and are one where they are not")
    func framing() async throws {
        func occurrences(_ magic: [UInt8], _ bytes: [UInt8]) -> Int {
            bytes.indices.dropLast(magic.count - 1).count { bytes[$0..<$0 + magic.count].elementsEqual(magic) }
        }
        let zstandard: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        let lz4: [UInt8] = [0x04, 0x22, 0x4D, 0x18]
        let member: [UInt8] = [0x1F, 0x8B, 0x08, 0x00]
        #expect(try await occurrences(zstandard, archive(.zstd)) == 1)
        #expect(try await occurrences(zstandard, archive(.zstdFrames)) == 6)
        #expect(try await occurrences(lz4, archive(.lz4)) == 1)
        #expect(try await occurrences(lz4, archive(.lz4Frames)) == 6)
        #expect(try await occurrences(member, archive(.gzip)) == 1)
        #expect(try await occurrences(member, archive(.gzipMembers)) == 6)
    }

    @Test("a frame announces its length before it")
    func announcements() async throws {
        let bytes = try await archive(.zstdSkippable)
        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) } }
        var offset = 0
        var frames = 0
        while offset < bytes.count {
            #expect(number(offset) == 0x184D_2A50 && number(offset + 4) == 4)
            offset += 12 + number(offset + 8)
            frames += 1
        }
        #expect(offset == bytes.count && frames == 6)
    }

    @Test("the seek table tells where every frame is and how long its content")
    func seekTable() async throws {
        let plain = try await archive(.none)
        let bytes = try await archive(.zstdSeekable)
        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) } }
        let end = bytes.count
        #expect(number(end - 4) == 0x8F92_EAB1 && bytes[end - 5] == 0)
        let frames = number(end - 9)
        #expect(frames == 6)
        let table = end - 9 - frames * 8
        #expect(number(table - 8) == 0x184D_2A5E && number(table - 4) == end - table)
        var offset = 0
        var content = 0
        for frame in 0..<frames {
            let stored = number(table + frame * 8)
            let count = number(table + frame * 8 + 4)
            let decoded = try Decoder.decode(Array(bytes[offset..<offset + stored]), .zstdFrames)
            #expect(decoded == Array(plain[content..<content + count]))
            offset += stored
            content += count
        }
        #expect(offset == table - 8 && content == plain.count)
    }

    @Test("legacy blocks are 8 MiB but for the last")
    func legacy() throws {
        var random = RandomStream(7)
        let input = (0..<(9 << 17)).flatMap { _ in Array(String(random.below(10_000_000) + 10_000_000).utf8) }
        let stream = LZ4LegacyStream()
        var output: [UInt8] = []
        for start in stride(from: 0, to: input.count, by: 3_000_000) {
            output += try stream.compress(Array(input[start..<min(input.count, start + 3_000_000)]))
        }
        output += try stream.finish()
        #expect(try Decoder.decode(output, .lz4Legacy) == input)
    }

    @Test("an empty stream is a whole archive of its kind", arguments: [Compression.zstd, .lz4, .lz4Linked, .gzip])
    func empty(compression: Compression) throws {
        let compressor = try #require(try compression.makeCompressor())
        #expect(try Decoder.decode(compressor.finish(), compression).isEmpty)
    }

    @Test("bytes that do not compress come back", arguments: Compression.allCases)
    func incompressible(compression: Compression) throws {
        var random = RandomStream(3)
        let input = (0..<200_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let output =
            if let compressor = try compression.makeCompressor() {
                try compressor.compress(input) + compressor.finish()
            } else {
                try compression.compressBlock(input)
            }
        #expect(try Decoder.decode(output, compression) == input)
    }
}

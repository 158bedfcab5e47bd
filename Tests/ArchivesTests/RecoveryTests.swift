import CISAL
import TestRandom
import Testing

@testable import Archives

@Suite("What stands behind a loss is found, and read once")
struct RecoveryTests {
    private let folder = TemporaryFolder()

    private static let packs: [(name: String, pack: @Sendable ([UInt8]) -> [UInt8])] = [
        ("zstd", { Pack.zstd($0) }),
        ("zstd without checksum", { Pack.zstd($0, hasSize: false, hasChecksum: false) }),
        ("lz4", { Pack.lz4($0) }),
        ("lz4 linked", { Pack.lz4($0, linked: true, blockChecksum: true, contentChecksum: false) }),
        ("gzip", { Pack.gzip($0) }),
        ("gzip with a name", { Pack.gzip($0, name: "security.jsonl") }),
        ("gzip stored", { Pack.storedGzip($0) }),
    ]

    private func lines(_ bytes: [UInt8]) -> [ReadLine] { Sample.lines(bytes).map { .line($0) } }

    /// Incompressible lines: what is written of them stands in archives as it is.
    private func noise(lines: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<lines).flatMap { number -> [UInt8] in
            let text = (0..<Int.random(in: 5...40, using: &random)).map { _ in
                UInt8.random(in: 48...122, using: &random)
            }
            return Array("{\"\(seed)-\(number)\":\"".utf8) + text + Array("\"}\n".utf8)
        }
    }

    @Test("a damaged first magic costs the first frame, as a later one costs its own", arguments: packs.indices)
    func firstMagic(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        let parts = (0..<4).map { Sample.text(lines: 40, seed: UInt64(900 + $0), longest: 60) }
        let archive = parts.flatMap(pack)
        // Of gzip's fourth byte, some bits may change with nothing lost.
        for bit in 0..<(name.hasPrefix("gzip") ? 24 : 32) {
            var damaged = archive
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let reading = try await readInEveryWay(damaged, in: folder, "\(name), bit \(bit)")
            #expect(difference(reading.first, lines(parts[1...].flatMap { $0 })) == nil, "\(name), bit \(bit)")
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name), bit \(bit)")
            #expect(reading.accounts[0].bytesRead == damaged.count)
        }
    }

    @Test("zeros in place of a frame are damage, and the lines around them are two", arguments: packs.indices)
    func zerosInPlaceOfAFrame(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        let first = Array(Sample.text(lines: 40, seed: 920, longest: 60).dropLast())
        let last = Sample.text(lines: 40, seed: 921, longest: 60)
        let begin = pack(first)
        for count in [1, 40, 70_000] {
            let archive = begin + [UInt8](repeating: 0, count: count) + pack(last)
            let reading = try await readInEveryWay(archive, in: folder, "\(name), \(count)")
            #expect(difference(reading.first, lines(first) + lines(last)) == nil, "\(name), \(count)")
            #expect(reading.accounts[0].damage.map(\.offset) == [begin.count], "\(name), \(count)")
        }
    }

    @Test("zeros behind the last gzip member are none of its lines, and no damage")
    func zerosAtTheEnd() async throws {
        let text = Sample.text(lines: 40, seed: 922, longest: 60)
        let reading = try await readInEveryWay(
            Pack.gzip(text) + [UInt8](repeating: 0, count: 5000), in: folder, "zeros at the end")
        #expect(difference(reading.first, lines(text)) == nil)
        #expect(reading.accounts[0].damage.isEmpty)
    }

    @Test("an archive of one frame whose magic is damaged is no text", arguments: packs.indices)
    func onlyMagic(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        var archive = pack(Sample.text(lines: 400, seed: 910))
        archive[0] ^= 4
        let reading = try await readInEveryWay(archive, in: folder, name)
        #expect(reading.first == [], "\(name)")
        #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name)")
    }

    @Test("a beginning that was overwritten costs what was overwritten", arguments: packs.indices)
    func overwrittenStart(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        let parts = (0..<3).map { Sample.text(lines: 60, seed: UInt64(920 + $0), longest: 60) }
        let frames = parts.map(pack)
        for byte in [UInt8(0), 0xFF] {
            let archive = [UInt8](repeating: byte, count: 300) + frames.flatMap { $0 }.dropFirst(300)
            let reading = try await readInEveryWay(archive, in: folder, name)
            #expect(difference(reading.first, lines(parts[1...].flatMap { $0 })) == nil, "\(name)")
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name)")
        }
    }

    @Test("a text whose beginning became zeros loses that, and nothing behind", arguments: [1, 17, 18, 64, 4096, 9000])
    func zerosBeforeText(count: Int) async throws {
        let text = Sample.text(lines: 400, seed: 970)
        let zeros = [UInt8](repeating: 0, count: count)
        let reading = try await readInEveryWay(zeros + [0x0A] + text, in: folder, "\(count)")
        #expect(difference(reading.first, lines(zeros + [0x0A] + text)) == nil)
        #expect(reading.accounts[0].damage.isEmpty)
    }

    @Test("a text whose beginning was overwritten by anything is a text", arguments: 0..<40)
    func noiseBeforeText(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) + 990)
        var text = Sample.text(lines: 600, seed: 971, longest: 60)
        for place in 0..<random.below(200) { text[place] = random.once(in: 3) ? UInt8(random.below(32)) : 0 }
        let reading = try await readInEveryWay(text, in: folder, "\(seed)")
        #expect(difference(reading.first, lines(text)) == nil)
    }

    @Test("texts stay texts, whatever they begin with")
    func texts() async throws {
        let beginnings: [[UInt8]] = [
            [], [0xEF, 0xBB, 0xBF], Array("\r\n \t".utf8), Array("Zugriff verweigert f\u{FC}r ".utf8),
            Array("Zugriff f".utf8) + [0xFC, 0x72], [0, 0, 0], [0x1F, 0x8B], [0x28, 0xB5, 0x2F], [1],
        ]
        for beginning in beginnings {
            let text = beginning + Sample.text(lines: 200, seed: 930)
            let reading = try await readInEveryWay(text, in: folder, "\(beginning)")
            #expect(difference(reading.first, lines(text)) == nil, "\(beginning)")
            #expect(reading.accounts[0].damage == [], "\(beginning)")
            #expect(reading.accounts[0].format == .plain, "\(beginning)")
        }
    }

    @Test("what was written behind a frame that was cut off anywhere is read", arguments: packs.indices, 0..<2)
    func appended(index: Int, kind: Int) async throws {
        let (name, pack) = Self.packs[index]
        // Large frames of several blocks, or small ones.
        let text = Sample.text(lines: kind == 0 ? 3000 : 12, seed: 940, longest: 60)
        let after = [
            Sample.text(lines: 30, seed: 941, longest: 60), noise(lines: 3, seed: 942), noise(lines: 9, seed: 943),
        ]
        let frame = pack(text)
        var random = SeededGenerator(seed: UInt64(950 + index))
        let cuts =
            (1...30).map { frame.count - $0 } + (0..<10).map { _ in Int.random(in: 5..<frame.count, using: &random) }
        for cut in cuts where cut > 4 {
            let archive = Array(frame.prefix(cut)) + after.flatMap(pack)
            let context = "\(name), \(frame.count - cut) of \(frame.count) bytes cut"
            let reading = try await readInEveryWay(archive, in: folder, context)
            let behind = lines(after.flatMap { $0 })
            #expect(difference(Array(reading.first.suffix(behind.count)), behind) == nil, "\(context)")
            #expect(isPrefix(Array(reading.first.dropLast(behind.count)), of: lines(text)), "\(context)")
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(context)")
            #expect(reading.accounts[0].bytesRead == archive.count, "\(context)")
        }
    }

    @Test("a cut in what stands uncompressed makes no line appear twice", arguments: packs.indices)
    func uncompressed(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        let text = noise(lines: 60, seed: 960)
        let after = (1...6).map { noise(lines: $0, seed: UInt64(960 + $0)) }
        let frame = pack(text)
        for cut in stride(from: 20, to: frame.count, by: 71) {
            let archive = Array(frame.prefix(cut)) + after.flatMap(pack)
            let reading = try await readInEveryWay(archive, in: folder, "\(name), cut at \(cut)")
            let behind = lines(after.flatMap { $0 })
            #expect(difference(Array(reading.first.suffix(behind.count)), behind) == nil, "\(name), cut at \(cut)")
            #expect(isPrefix(Array(reading.first.dropLast(behind.count)), of: lines(text)), "\(name), cut at \(cut)")
            #expect(Set(reading.first).count == reading.first.count, "\(name), cut at \(cut)")
        }
    }

    @Test("frames within the content of an intact frame are content", arguments: packs.indices)
    func nested(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        let inner = (0..<40).flatMap { pack(noise(lines: 4, seed: UInt64(970 + $0))) }
        for text in [inner, Sample.text(lines: 30, seed: 971) + inner + Sample.text(lines: 30, seed: 972)] {
            let reading = try await readInEveryWay(pack(text) + pack(Array("last\n".utf8)), in: folder, name)
            #expect(difference(reading.first, lines(text + Array("last\n".utf8))) == nil, "\(name)")
            #expect(reading.accounts[0].damage.filter { $0.reason.contains("begins") } == [], "\(name)")
        }
    }

    @Test("a gzip member whose flags are damaged is no text")
    func damagedFlags() async throws {
        for bit in 5...7 {
            var archive = Pack.gzip(Sample.text(lines: 40, seed: 77))
            archive[3] ^= 1 << UInt8(bit)
            let reading = try await readInEveryWay(archive, in: folder, "flag \(bit)")
            #expect(reading.accounts[0].format == .gzip)
            #expect(reading.accounts[0].damage.map(\.offset) == [0])
        }
    }

    @Test("a magic in lost bytes is not taken for a frame", arguments: packs.indices)
    func chanceMagic(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        var random = SeededGenerator(seed: UInt64(980 + index))
        let magic = Array(pack(Array("a\n".utf8)).prefix(4))
        let rubbish = (0..<200).flatMap { _ in
            magic + (0..<50).map { _ in UInt8.random(in: 0x60...0x7F, using: &random) }
        }
        let text = Sample.text(lines: 30, seed: 981, longest: 60)
        let archive = pack(text) + rubbish + pack(text)
        let reading = try await readInEveryWay(archive, in: folder, name)
        #expect(difference(reading.first, lines(text + text)) == nil, "\(name)")
        #expect(reading.accounts[0].damage.map(\.offset) == [pack(text).count], "\(name)")
    }

    @Test("a skippable frame with a wrong length costs nothing but itself", arguments: ["zstd", "lz4"])
    func skippableLength(name: String) async throws {
        let pack: ([UInt8]) -> [UInt8] = name == "zstd" ? { Pack.zstd($0) } : { Pack.lz4($0) }
        let parts = (0..<5).map { Sample.text(lines: 20, seed: UInt64(990 + $0), longest: 60) }
        let frames = parts.map(pack)
        let expected = lines(parts.flatMap { $0 })
        for place in [0, 3] {
            let before = frames.prefix(place).flatMap { $0 }
            for bit in 0..<32 {
                var skippable = Pack.skippable([1, 2, 3, 4])
                skippable[4 + bit / 8] ^= 1 << UInt8(bit % 8)
                let archive = before + skippable + frames.dropFirst(place).flatMap { $0 }
                let context = "\(name), \(place) frames before, bit \(bit)"
                let reading = try await readInEveryWay(archive, in: folder, context)
                // What cannot be read may have been the middle of a line.
                let whole = reading.first.filter { expected.contains($0) }
                #expect(
                    difference(reading.first.count == expected.count ? reading.first : whole, expected) == nil,
                    "\(context)")
                #expect(reading.accounts[0].damage.count == 1, "\(context)")
                #expect(
                    reading.accounts[0].damage.allSatisfy { (before.count...before.count + 12).contains($0.offset) })
            }
        }
    }

    @Test("behind a frame whose checksum does not match, lines begin afresh; else they go on", arguments: packs.indices)
    func unfinishedLine(index: Int) async throws {
        let (name, pack) = Self.packs[index]
        // The packs without a checksum of the content have none to damage.
        let checksumSize = name.hasPrefix("gzip") ? 8 : ["zstd", "lz4"].contains(name) ? 4 : 0
        let first = Array(Sample.text(lines: 40, seed: 923, longest: 60).dropLast()) + Array("{\"half".utf8)
        let last = Array("\":1}\n".utf8) + Sample.text(lines: 40, seed: 924, longest: 60)
        let whole = try await readInEveryWay(pack(first) + pack(last), in: folder, name)
        #expect(difference(whole.first, lines(first + last)) == nil, "\(name)")
        #expect(whole.accounts[0].damage == [], "\(name)")
        for place in 0..<checksumSize {
            var damaged = pack(first)
            damaged[damaged.count - 1 - place] ^= 2
            let reading = try await readInEveryWay(damaged + pack(last), in: folder, "\(name), \(place)")
            #expect(difference(reading.first, lines(first) + lines(last)) == nil, "\(name), \(place)")
            #expect(reading.accounts[0].damage.map(\.offset) == [0], "\(name), \(place)")
        }
    }

    @Test("zeros before a line count for its length only up to the limit", arguments: 0..<3)
    func zerosBeforeLine(count: Int) async throws {
        let line = Array("{\"a\":1234567890}".utf8)
        let text = Sample.text(lines: 30, seed: 925, longest: 60)
        let limit = 100
        for zeros in [limit - line.count, limit - line.count + 1, 101, 102, 103, 5000, 300_000] {
            let run = [UInt8](repeating: 0, count: zeros)
            let ends = [[10], [13, 10]] as [[UInt8]]
            for end in ends {
                let bytes = [text + run + line + end + text, run + line, run + line + end + run + end + text][count]
                let expected = lines(bytes).map { read -> ReadLine in
                    guard case .line(let bytes) = read else { return read }
                    let content = bytes.last == 13 ? bytes.count - 1 : bytes.count
                    return content > limit ? .line([0] + bytes.drop { $0 == 0 }) : read
                }
                for archive in [bytes, Pack.zstd(bytes), Pack.gzip(bytes), Pack.lz4(bytes)] {
                    let path = folder.write("archive", archive)
                    for chunkSize in [1, 60, 1000, 1 << 20] {
                        let reading = try await read([path], options(chunkSize: chunkSize, lineLimit: limit))
                        let context = "\(zeros) zeros, form \(count), chunks of \(chunkSize)"
                        #expect(difference(reading.first, expected) == nil, "\(context)")
                    }
                }
                // The zeros and the line in frames of their own, whose seam the line goes across.
                let parts = Sample.parts(bytes, 77).flatMap { Pack.zstd($0) }
                let reading = try await read(
                    [folder.write("archive", parts)], options(lineLimit: limit, segmentSize: 1), workers: 3)
                #expect(difference(reading.first, expected) == nil, "\(zeros) zeros, form \(count), in parts")
            }
        }
    }

    @Test("frames spliced at random read alike in every way", arguments: 0..<7)
    func splices(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) + 2000)
        let (name, pack) = Self.packs[seed % Self.packs.count]
        for round in 0..<12 {
            var archive: [UInt8] = []
            for part in 0..<Int.random(in: 2...6, using: &random) {
                let lines = Int.random(in: 1...(round % 4 == 0 ? 3000 : 60), using: &random)
                let text =
                    Bool.random(using: &random)
                    ? noise(lines: lines, seed: UInt64(part))
                    : Sample.text(lines: lines, seed: UInt64(part), longest: 90)
                var frame = pack(text)
                if Bool.random(using: &random) { frame.removeLast(Int.random(in: 1..<frame.count, using: &random)) }
                if Int.random(in: 0..<4, using: &random) == 0, !frame.isEmpty {
                    frame[Int.random(in: 0..<frame.count, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
                archive += frame
            }
            _ = try await readInEveryWay(archive, in: folder, "\(name), seed \(seed), round \(round)")
        }
    }
}

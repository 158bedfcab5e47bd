import Glibc
import TestRandom
import TestSupport
import Testing

@testable import Archives

@Suite("Damage is located, reported, and costs no more than it must")
struct DamageTests {
    private let folder = TemporaryFolder()

    private static let text = Sample.text(lines: 30, seed: 21, longest: 60)

    @Test("an archive cut off at any byte gives what precedes, and says so")
    func truncation() async throws {
        let text = Sample.text(lines: 9, seed: 22, longest: 60)
        let expected = Sample.lines(text).map { ReadLine.line($0) }
        for (name, archive) in Pack.all(text) where name != "plain" {
            var whole = 0
            var known = 0
            for length in 5..<archive.count {
                let path = folder.write("archive", Array(archive.prefix(length)))
                let mapped = try await read([path], options(access: .mapped, segmentSize: 1))
                let sequential = try await read([path], options(access: .read), workers: 1)
                #expect(difference(mapped.first, sequential.first) == nil, "\(name) cut at \(length)")
                #expect(mapped.accounts[0].damage == sequential.accounts[0].damage, "\(name) cut at \(length)")
                #expect(isPrefix(mapped.first, of: expected), "\(name) cut at \(length)")
                #expect(mapped.accounts[0].lines == mapped.first.count)
                #expect(mapped.first.count >= known, "\(name) cut at \(length) loses lines of a shorter one")
                known = mapped.first.count
                if mapped.accounts[0].damage.isEmpty { whole += 1 }
            }
            // Only a cut between frames, or in the zeros behind the last one, goes unnoticed.
            let zeros = archive.reversed().prefix { $0 == 0 }.count
            #expect(whole <= zeros + 20, "\(name): \(whole) cuts unnoticed")
        }
    }

    @Test("what precedes a cut is not lost")
    func truncatedTail() async throws {
        let parts = Sample.parts(Self.text, 300)
        for pack in [{ Pack.zstd($0) }, { Pack.lz4($0) }, { Pack.gzip($0) }] as [([UInt8]) -> [UInt8]] {
            let frames = parts.map(pack)
            let archive = frames.flatMap { $0 }.dropLast(3)
            let reading = try await read([folder.write("archive", Array(archive))], options(segmentSize: 1))
            let before = Sample.lines(parts.dropLast().flatMap { $0 }).dropLast().map { ReadLine.line($0) }
            #expect(reading.first.starts(with: before))
            #expect(reading.accounts[0].damage.map(\.offset) == [frames.dropLast().reduce(0) { $0 + $1.count }])
            #expect(reading.accounts[0].isComplete)
        }
    }

    @Test(
        "a few bytes behind an archive are told as a frame that is cut off where they begin one, and as none where they don't"
    )
    func shortTail() async throws {
        for pack in [{ Pack.zstd($0) }, { Pack.lz4($0) }, { Pack.gzip($0) }] as [([UInt8]) -> [UInt8]] {
            let archive = pack(Self.text)
            for count in 1...3 {
                for (tail, isBegun) in [
                    (Array(archive.prefix(count)), true), (Array("\r\n\n".utf8.suffix(count)), false),
                ] {
                    let reading = try await read([folder.write("archive", archive + tail)])
                    let damage = reading.accounts[0].damage
                    #expect(damage.map(\.offset) == [archive.count])
                    #expect(damage.first?.reason.contains("is cut off") == isBegun)
                    #expect(damage.first?.reason.hasPrefix("no ") != isBegun)
                }
            }
        }
    }

    @Test("flipped bits never crash, never go unnoticed, and read alike in every way", arguments: 0..<4)
    func bitFlips(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        let expected = Sample.lines(Self.text).map { ReadLine.line($0) }
        let forms = Pack.all(Self.text).filter { $0.name != "plain" }
        for _ in 0..<60 {
            let (name, archive) = forms[Int.random(in: 0..<forms.count, using: &random)]
            var damaged = archive
            var places: [Int] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let bit = Int.random(in: 32..<(archive.count * 8), using: &random)
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                places.append(bit)
            }
            let path = folder.write("archive", damaged)
            let mapped = try await read([path], options(access: .mapped, segmentSize: 1), workers: 3)
            let grouped = try await read([path], options(chunkSize: 50, access: .mapped), workers: 2)
            let sequential = try await read([path], options(access: .read), workers: 1)
            #expect(difference(mapped.first, sequential.first) == nil, "\(name), bits \(places)")
            #expect(difference(grouped.first, sequential.first) == nil, "\(name), bits \(places)")
            #expect(mapped.accounts[0].damage == sequential.accounts[0].damage, "\(name), bits \(places)")
            #expect(grouped.accounts[0].damage == sequential.accounts[0].damage, "\(name), bits \(places)")
            let handedOut = try await read(
                [path], options(access: .mapped, segmentSize: 1, largeFrame: 100), workers: 2)
            #expect(difference(handedOut.first, sequential.first) == nil, "\(name), bits \(places)")
            #expect(handedOut.accounts[0].damage == sequential.accounts[0].damage, "\(name), bits \(places)")
            for reading in [mapped, grouped, handedOut, sequential] {
                #expect(reading.accounts[0].bytesRead == damaged.count, "\(name), bits \(places)")
            }
            if name.contains("checksum") && !name.contains("without") {
                #expect(mapped.first == expected || !mapped.accounts[0].damage.isEmpty, "\(name), bits \(places)")
            }
        }
    }

    @Test("frames behind a damaged one are read, and lines are not joined across the gap")
    func resynchronises() async throws {
        let parts = ["one\ntwo\nthr", "ee\nfour\nfi", "ve\nsix\n"].map { Array($0.utf8) }
        for pack in [{ Pack.zstd($0, hasChecksum: false) }, { Pack.gzip($0) }] as [([UInt8]) -> [UInt8]] {
            var frames = parts.map(pack)
            // The block's type becomes the reserved one.
            let first = frames[1].count - parts[1].count > 12 ? (frames[1][0] == 0x1F ? 10 : 6) : 6
            frames[1][first] |= 0x06
            let archive = frames.flatMap { $0 }
            for access in [ArchiveOptions.Access.mapped, .read] {
                let reading = try await read(
                    [folder.write("archive", archive)], options(access: access, segmentSize: 1))
                let account = reading.accounts[0]
                #expect(account.damage.map(\.offset) == [frames[0].count])
                #expect(reading.first == ["one", "two", "thr", "ve", "six"].map { .line(Array($0.utf8)) })
                #expect(account.isComplete)
            }
        }
    }

    @Test("a frame behind one that was cut off is found, if the block at the cut seems to reach beyond the archive")
    func cutOffBeforeAnother() async throws {
        let text = Sample.text(lines: 4000, seed: 32)
        for pack in [{ Pack.zstd($0) }, { Pack.lz4($0, linked: false, contentChecksum: true) }]
            as [([UInt8]) -> [UInt8]]
        {
            let frame = pack(text)
            let whole = pack(Array("last\n".utf8))
            for cut in [frame.count / 2, 30] {
                for (access, largeFrame) in [
                    (ArchiveOptions.Access.read, 1 << 20), (.mapped, 1 << 20), (.mapped, 100),
                ] {
                    let reading = try await read(
                        [folder.write("archive", Array(frame.prefix(cut)) + whole)],
                        options(access: access, segmentSize: 1, largeFrame: largeFrame))
                    #expect(reading.first.last == .line(Array("last".utf8)), "\(access), \(cut) bytes")
                    #expect(reading.accounts[0].damage.map(\.offset).first == 0)
                    #expect(reading.accounts[0].bytesRead == cut + whole.count)
                }
            }
        }
    }

    @Test("an lz4 frame goes on with the block behind a damaged one, if blocks are independent")
    func lz4Blocks() async throws {
        let text = Sample.text(lines: 4000, seed: 31)
        var archive = Pack.lz4(text, linked: false, contentChecksum: true)
        let lines = Sample.lines(text).map { ReadLine.line($0) }
        // The second block's first token, behind the header, the first block and the second's size.
        let firstSize = Int(archive[7]) | Int(archive[8]) << 8 | Int(archive[9]) << 16
        let second = 7 + 4 + firstSize
        for index in 0..<40 { archive[second + 4 + index] = 0xFF }
        let reading = try await read([folder.write("archive", archive)])
        #expect(reading.accounts[0].damage.map(\.offset) == [second])
        #expect(reading.first.suffix(500) == lines.suffix(500))
        #expect(reading.accounts[0].bytesDecompressed == text.count - (64 << 10))
    }

    @Test("nothing is read that a damaged block of a linked lz4 frame stands before", arguments: [true, false])
    func lz4LinkedBlocks(isDecodable: Bool) async throws {
        let text = Sample.text(lines: 4000, seed: 33, longest: 60)
        var frame = Pack.lz4(text, linked: true, blockChecksum: isDecodable)
        let size = { (place: Int) in Int(frame[place]) | Int(frame[place + 1]) << 8 | Int(frame[place + 2]) << 16 }
        let overhead = isDecodable ? 8 : 4
        let second = 7 + overhead + size(7)
        let third = second + overhead + size(second)
        try #require(third + 100 < frame.count)
        if isDecodable {
            // Its checksum alone.
            frame[third - 1] ^= 1
        } else {
            for place in second + 4..<third { frame[place] = 0xFF }
        }
        let reading = try await readInEveryWay(
            frame + Pack.lz4(Array("last\n".utf8)), in: folder, "decodable: \(isDecodable)")
        let whole = Array(text.prefix((isDecodable ? 2 : 1) * 64 << 10))
        #expect(
            difference(reading.first, Sample.lines(whole).map { .line($0) } + [.line(Array("last".utf8))]) == nil)
        #expect(reading.accounts[0].damage.map(\.offset) == [second])
        #expect(reading.accounts[0].damage.first?.reason.contains("reading goes on with the next frame") == true)
    }

    @Test("a wrong checksum is damage, and the data is read all the same")
    func checksums() async throws {
        let expected = Sample.lines(Self.text).map { ReadLine.line($0) }
        for (archive, offset) in [
            (Pack.zstd(Self.text), 0), (Pack.lz4(Self.text), 0), (Pack.lz4(Self.text, blockChecksum: true), 0),
        ] {
            var damaged = archive
            damaged[damaged.count - 1] ^= 0x40
            let reading = try await read([folder.write("archive", damaged)])
            #expect(difference(reading.first, expected) == nil)
            #expect(reading.accounts[0].damage.map(\.offset) == [offset])
            #expect(reading.accounts[0].damage.first?.reason.contains("checksum") == true)
        }
        let member = Pack.gzip(Self.text)
        // The CRC, then the length.
        for place in [member.count - 8, member.count - 1] {
            var damaged = member
            damaged[place] ^= 1
            let reading = try await read([folder.write("archive", damaged + member)])
            #expect(difference(reading.first, expected + expected) == nil)
            #expect(reading.accounts[0].damage.map(\.offset) == [0])
        }
        // A letter of the name that the header's checksum covers.
        var renamed = Pack.gzip(Self.text, name: "a name")
        renamed[18] ^= 1
        let reread = try await read([folder.write("archive", member + renamed)])
        #expect(difference(reread.first, expected + expected) == nil)
        #expect(reread.accounts[0].damage.map(\.offset) == [member.count])
        var damaged = Pack.lz4(Self.text, blockChecksum: true, contentChecksum: false)
        damaged[damaged.count - 5] ^= 1
        let reading = try await read([folder.write("archive", damaged)])
        #expect(difference(reading.first, expected) == nil)
        #expect(reading.accounts[0].damage.map(\.offset) == [7])
    }

    @Test("a window beyond the limit is refused, and the next frame read")
    func window() async throws {
        let text = Sample.text(lines: 3000, seed: 41)
        let small = Array("small\n".utf8)
        let archive = Pack.zstd(text, hasSize: false, windowLog: 17) + Pack.zstd(small)
        for access in [ArchiveOptions.Access.mapped, .read] {
            var limited = options(access: access)
            limited.windowLimit = 64 << 10
            let reading = try await read([folder.write("archive", archive)], limited)
            #expect(reading.first == [.line(Array("small".utf8))])
            #expect(reading.accounts[0].damage.map(\.offset) == [0])
            let reason = try #require(reading.accounts[0].damage.first?.reason)
            #expect(reason.contains("window of 131072") && reason.contains("zstd -dc --long=31"))
        }
    }

    @Test("an lz4 frame made with a dictionary that it does not name says that it needs one", arguments: [true, false])
    func lz4Dictionary(isLinked: Bool) async throws {
        let dictionary = Sample.text(lines: 400, seed: 43, longest: 60)
        let text = Sample.text(lines: 4000, seed: 42, longest: 60)
        let archive = Pack.lz4(text, linked: isLinked, dictionary: dictionary) + Pack.lz4(Array("last\n".utf8))
        let reading = try await readInEveryWay(archive, in: folder, "linked: \(isLinked)")
        #expect(reading.first == [.line(Array("last".utf8))])
        #expect(reading.accounts[0].damage.map(\.offset) == [0])
        #expect(reading.accounts[0].damage.first?.reason.contains("lz4 -dc -D DICTIONARY FILE") == true)
    }

    @Test("zeros behind a legacy lz4 frame are one place of damage, not a block each")
    func zerosBehindLegacy() async throws {
        let text = Array("a\nb\n".utf8)
        let archive = Pack.lz4Legacy(text) + [UInt8](repeating: 0, count: 40_000)
        for access in [ArchiveOptions.Access.mapped, .read] {
            let reading = try await read([folder.write("archive", archive)], options(access: access))
            #expect(reading.first == ["a", "b"].map { .line(Array($0.utf8)) })
            #expect(reading.accounts[0].damage.map(\.offset) == [Pack.lz4Legacy(text).count])
        }
    }

    @Test("what follows the frames and is none is reported")
    func garbage() async throws {
        let text = Array("a\nb\n".utf8)
        let garbage = [UInt8](repeating: 0x55, count: 100)
        for (archive, expected) in [(Pack.zstd(text), 1), (Pack.lz4(text), 1), (Pack.gzip(text), 1)] {
            for access in [ArchiveOptions.Access.mapped, .read] {
                let reading = try await read(
                    [folder.write("archive", archive + garbage + archive)], options(access: access, segmentSize: 1))
                #expect(reading.first == ["a", "b", "a", "b"].map { .line(Array($0.utf8)) })
                #expect(reading.accounts[0].damage.map(\.offset) == [archive.count])
                #expect(reading.accounts[0].damage.count == expected)
            }
        }
    }

    @Test("a mapped file that shrinks while it is read is damage", arguments: [10_000, 400_000, 409_600, 1_000_000])
    func shrinks(left: Int) async throws {
        let text = Sample.text(lines: 12_000, seed: 51)
        try #require(text.count > 1_100_000)
        let expected = Sample.lines(Array(text.prefix(left))).map { ReadLine.line($0) }
        for access in [ArchiveOptions.Access.mapped, .read] {
            let path = folder.write("archive", text)
            let reader = ArchiveReader(
                archives: try ArchiveLocator().locate(paths: [path]), options: options(chunkSize: 1000, access: access))
            var lines: [(offset: Int, lines: [ReadLine])] = []
            var isFirst = true
            while let chunk = await reader.next() {
                if isFirst { truncate(path, off_t(left)) }
                isFirst = false
                let found = Sample.lines(Array(chunk.bytes)).map { ReadLine.line($0) }
                lines.append((chunk.offset, found))
                reader.finish(chunk, lines: found.count)
            }
            let read = lines.sorted { $0.offset < $1.offset }.flatMap(\.lines)
            let account = reader.accounts()[0]
            // What had been read before the file shrank counts; nothing else does.
            #expect(read.count >= expected.count - 1)
            let first = 128 << 10
            if left > first { #expect(difference(read, expected) == nil) }
            #expect(account.bytesDecompressed == max(left, first))
            #expect(account.lines == read.count)
            #expect(account.damage.count == 1)
            if left > first { #expect(account.damage.first?.offset == left) }
        }
    }

    @Test("a compressed file that shrinks while it is mapped is damage")
    func shrinksCompressed() async throws {
        let text = Sample.text(lines: 30_000, seed: 61)
        // In what is stored as it is, zeros in place of the file's bytes would look like content.
        for pack in [
            { Pack.zstd($0, hasChecksum: false) }, { Pack.lz4($0) }, { Pack.gzip($0) }, { Pack.storedGzip($0) },
        ] as [([UInt8]) -> [UInt8]] {
            let archive = pack(text)
            let path = folder.write("archive", archive)
            let reader = ArchiveReader(
                archives: try ArchiveLocator().locate(paths: [path]), options: options(chunkSize: 1000))
            var isFirst = true
            while let chunk = await reader.next() {
                if isFirst { truncate(path, off_t(archive.count / 2)) }
                isFirst = false
                #expect(!chunk.bytes.contains(0))
                reader.finish(chunk, lines: Sample.lines(Array(chunk.bytes)).count)
            }
            #expect(reader.accounts()[0].damage.isEmpty == false)
        }
    }
}

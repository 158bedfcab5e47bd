import TestRandom
import TestSupport
import Testing

@testable import Archives

@Suite("Every way of reading gives the same lines")
struct EqualityTests {
    private let folder = TemporaryFolder()

    @Test(
        "compressions, chunk sizes, workers and access make no difference",
        arguments: [1, 7, 64, 4096, 1 << 20], [1, 2, 5])
    func matrix(chunkSize: Int, workers: Int) async throws {
        for finalLineFeed in [true, false] {
            let text = Sample.text(lines: 60, seed: 11, finalLineFeed: finalLineFeed)
            let expected = Sample.lines(text).map { ReadLine.line($0) }
            for (name, archive) in Pack.all(text) {
                let path = folder.write("archive", archive)
                for access in ArchiveOptions.Access.allCases {
                    for segmentSize in [1, 64 << 10] {
                        let reading = try await read(
                            [path], options(chunkSize: chunkSize, access: access, segmentSize: segmentSize),
                            workers: workers)
                        let context = "\(name), \(access), segments of \(segmentSize)"
                        let account = reading.accounts[0]
                        #expect(difference(reading.first, expected) == nil, "\(context)")
                        #expect(reading.misplaced == 0, "\(context)")
                        #expect(account.lines == expected.count, "\(context)")
                        #expect(account.bytesDecompressed == text.count, "\(context)")
                        #expect(account.bytesRead == archive.count, "\(context)")
                        #expect(account.damage == [], "\(context)")
                        #expect(account.isComplete && account.failure == nil, "\(context)")
                    }
                }
            }
        }
    }

    @Test("a chunk size of one byte makes each chunk one line")
    func singleLines() async throws {
        let text = Sample.text(lines: 60, seed: 5)
        for (name, archive) in Pack.all(text) {
            let path = folder.write("archive", archive)
            let reading = try await read([path], options(chunkSize: 1))
            #expect(reading.chunks == Sample.lines(text).count, "\(name)")
        }
    }

    @Test("rings wrap many times, with windows of all sizes", arguments: [10, 17, 21] as [Int32], [1, 2])
    func wraps(windowLog: Int32, workers: Int) async throws {
        let text = Sample.text(lines: 4_000, seed: 3)
        let expected = Sample.lines(text).map { ReadLine.line($0) }
        let archives = [
            Pack.zstd(text, windowLog: windowLog), Pack.zstd(text, hasSize: false, windowLog: windowLog),
            Pack.zstd(text, windowLog: windowLog) + Pack.zstd([], windowLog: 10), Pack.lz4(text, linked: true),
            Pack.lz4(text),
            Pack.gzip(text),
        ]
        for (index, archive) in archives.enumerated() {
            let path = folder.write("archive", archive)
            for access in [ArchiveOptions.Access.mapped, .read] {
                for largeFrame in [1000, 4 << 20] {
                    let reading = try await read(
                        [path], options(chunkSize: 20_000, access: access, largeFrame: largeFrame), workers: workers)
                    #expect(difference(reading.first, expected) == nil, "archive \(index), \(access), \(largeFrame)")
                    #expect(reading.accounts[0].damage == [])
                    #expect(reading.misplaced == 0)
                }
            }
        }
    }

    @Test("lines cross the seams of frames that are cut anywhere")
    func seams() async throws {
        let texts = ["ab\n\ncd\r\nefg\n", "\n\nx\ny", "abcdefgh", "\n", "a\nb\n"].map { Array($0.utf8) }
        for text in texts {
            let expected = Sample.lines(text).map { ReadLine.line($0) }
            for first in 0...text.count {
                for second in first...text.count {
                    let parts = [text[..<first], text[first..<second], text[second...]].map { Array($0) }
                    let path = folder.write("archive", parts.flatMap { Pack.zstd($0) })
                    for chunkSize in [1, 4096] {
                        let reading = try await read([path], options(chunkSize: chunkSize, segmentSize: 1))
                        #expect(difference(reading.first, expected) == nil, "cut at \(first) and \(second) of \(text)")
                        #expect(reading.misplaced == 0, "cut at \(first) and \(second) of \(text)")
                    }
                }
            }
        }
    }

    @Test("every byte a frame of its own")
    func bytewise() async throws {
        let text = Sample.text(lines: 40, seed: 8, longest: 200)
        let path = folder.write("archive", text.flatMap { Pack.zstd([$0], hasChecksum: false) })
        let reading = try await read([path], options(segmentSize: 1), workers: 3)
        #expect(difference(reading.first, Sample.lines(text).map { ReadLine.line($0) }) == nil)
    }

    @Test("lines beyond the limit are told, not handed out, alike in every way of reading")
    func overlong() async throws {
        let limit = 1000
        for lengths in [
            [3, 999, 1000, 1001, 7, 5000, 0, 1000], [5000], [200, 150_000, 4, 270_000], [1001, 1001, 1001],
        ] {
            for finalLineFeed in [true, false] {
                var text: [UInt8] = []
                for (index, length) in lengths.enumerated() {
                    text += [UInt8](repeating: UInt8(97 + index % 26), count: length)
                    if index < lengths.count - 1 || finalLineFeed { text.append(10) }
                }
                let expected = Sample.lines(text).map {
                    $0.count > limit ? ReadLine.overlong($0.count) : .line($0)
                }
                for (name, archive) in Pack.all(text) {
                    let path = folder.write("archive", archive)
                    for access in [ArchiveOptions.Access.mapped, .read] {
                        for chunkSize in [1, 300, 512 << 10] {
                            let reading = try await read(
                                [path],
                                options(chunkSize: chunkSize, access: access, lineLimit: limit, segmentSize: 1))
                            #expect(
                                difference(reading.first, expected) == nil,
                                "\(name), \(access), \(chunkSize), \(lengths)")
                        }
                    }
                }
            }
        }
    }

    @Test("what ends a line does not count towards the limit")
    func lineEnds() async throws {
        let limit = 1000
        for lengths in [[999, 1000, 1001, 1002, 3, 1000], [1000], [1001], [150_000, 1000]] {
            for end in ["\n", "\r\n"] {
                var text: [UInt8] = []
                for length in lengths { text += [UInt8](repeating: 97, count: length) + Array(end.utf8) }
                let expected = lengths.map { length -> ReadLine in
                    let line = [UInt8](repeating: 97, count: length) + Array(end.utf8).dropLast()
                    return length > limit ? .overlong(length) : .line(line)
                }
                for (name, archive) in Pack.all(text) {
                    let path = folder.write("archive", archive)
                    for access in [ArchiveOptions.Access.mapped, .read] {
                        for chunkSize in [1, 300, 512 << 10] {
                            let reading = try await read(
                                [path],
                                options(chunkSize: chunkSize, access: access, lineLimit: limit, segmentSize: 1))
                            #expect(
                                difference(reading.first, expected) == nil,
                                "\(name), \(access), \(chunkSize), \(lengths)")
                        }
                    }
                }
            }
        }
    }

    @Test("a line longer than any buffer is put together")
    func longLine() async throws {
        var text = Sample.text(lines: 10, seed: 2)
        text += [UInt8](repeating: 120, count: 1_200_000) + [10] + Sample.text(lines: 10, seed: 4, finalLineFeed: false)
        let expected = Sample.lines(text).map { ReadLine.line($0) }
        for (name, archive) in Pack.all(text) where name != "zstd frames of few bytes" {
            let path = folder.write("archive", archive)
            for access in [ArchiveOptions.Access.mapped, .read] {
                let reading = try await read([path], options(chunkSize: 4096, access: access, segmentSize: 1))
                #expect(difference(reading.first, expected) == nil, "\(name), \(access)")
                #expect(reading.misplaced == 0, "\(name), \(access)")
            }
        }
    }

    @Test("many archives of all kinds at once")
    func folderOfAll() async throws {
        var random = SeededGenerator(seed: 77)
        var expected: [[ReadLine]] = []
        for index in 0..<60 {
            let text = Sample.text(lines: Int.random(in: 0..<80, using: &random), seed: UInt64(index))
            let forms = text.isEmpty ? [("plain", text)] : Pack.all(text)
            folder.write("archive-\(100 + index)", forms[index % forms.count].1)
            expected.append(Sample.lines(text).map { ReadLine.line($0) })
        }
        for workers in [1, 2, 5] {
            let reading = try await read([folder.path], options(chunkSize: 700), workers: workers)
            #expect(reading.lines == expected)
            #expect(reading.misplaced == 0)
        }
    }

    @Test("an empty file is an archive without lines")
    func empty() async throws {
        let reading = try await read([folder.write("empty", [])])
        #expect(reading.first == [])
        #expect(reading.accounts[0].isComplete)
        #expect(reading.accounts[0].format == .plain)
    }

    @Test("the memory behind a chunk can be read")
    func padding() async throws {
        // A file that fills its pages to the last byte, so that the mapping ends with it.
        let text = [UInt8](repeating: 97, count: 8192)
        for access in [ArchiveOptions.Access.mapped, .read] {
            let reader = ArchiveReader(
                archives: try ArchiveLocator().locate(paths: [folder.write("pages", text)]),
                options: options(access: access))
            while let chunk = await reader.next() {
                let behind = UnsafeRawBufferPointer(
                    start: chunk.bytes.baseAddress, count: chunk.bytes.count + Chunk.padding)
                #expect(behind.reduce(0) { $0 &+ Int($1) } > 0)
                reader.finish(chunk, lines: 1)
            }
        }
    }
}

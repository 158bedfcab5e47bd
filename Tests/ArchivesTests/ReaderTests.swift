import Glibc
import TestSupport
import Testing

@testable import Archives

@Suite("The reader as its workers see it")
struct ReaderTests {
    private let folder = TemporaryFolder()

    @Test("a pipe is read as a stream, whatever it carries, however it comes", arguments: [1, 3])
    func pipes(workers: Int) async throws {
        let text = Sample.text(lines: 3000, seed: 71)
        let expected = Sample.lines(text).map { ReadLine.line($0) }
        for (name, archive) in Pack.all(text) {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            let (source, sink) = (ends[0], ends[1])
            let writer = WriterThread(archive, to: sink)
            writer.start()
            let reading = try await read(["/dev/fd/\(source)"], options(chunkSize: 5000), workers: workers)
            close(source)
            #expect(difference(reading.first, expected) == nil, "\(name)")
            #expect(reading.accounts[0].damage == [], "\(name)")
            #expect(reading.accounts[0].bytesRead == archive.count, "\(name)")
            #expect(reading.misplaced == 0, "\(name)")
        }
    }

    @Test("what was selected is handed out again, and of plain archives hardly anything else", arguments: [1, 3])
    func selections(workers: Int) async throws {
        let text = Sample.text(lines: 30_000, seed: 7)
        for (name, bytes) in Pack.all(text) {
            folder.write("one", bytes)
            folder.write("two", bytes)
            let archives = try ArchiveLocator().locate(paths: [folder.path + "/one", folder.path + "/two"])
            let options = options(chunkSize: 20_000)
            // Every seventh chunk of the second archive.
            let whole = ArchiveReader(archives: archives, options: options)
            var selection = ChunkSelection()
            var wanted: Set<ReadLine> = []
            while let chunk = await whole.next() {
                if chunk.archive == 1, chunk.offset / 20_000 % 7 == 3 {
                    selection.insert(chunk)
                    wanted.formUnion(Sample.lines(Array(chunk.bytes)).map { ReadLine.line($0) })
                }
                whole.finish(chunk, lines: 1)
            }
            #expect(!wanted.isEmpty, "\(name)")
            let reader = ArchiveReader(archives: archives, options: options, selection: selection)
            let again = await withTaskGroup(of: (chosen: [ReadLine], others: Int).self) { group in
                for _ in 0..<workers {
                    group.addTask {
                        var found: (chosen: [ReadLine], others: Int) = ([], 0)
                        while let chunk = await reader.next() {
                            if reader.isChosen(chunk) {
                                found.chosen += Sample.lines(Array(chunk.bytes)).map { ReadLine.line($0) }
                            } else {
                                found.others += 1
                            }
                            reader.finish(chunk, lines: 0)
                        }
                        return found
                    }
                }
                return await group.reduce(into: (chosen: [ReadLine](), others: 0)) {
                    $0.chosen += $1.chosen
                    $0.others += $1.others
                }
            }
            #expect(wanted.isSubset(of: again.chosen), "\(name)")
            #expect(again.chosen.count < 30_000 / 2, "\(name)")
            #expect(reader.accounts()[0].bytesRead == 0, "\(name)")
            if name == "plain" { #expect(reader.accounts()[1].bytesRead < text.count, "\(name)") }
        }
    }

    @Test("nothing is handed out where nothing was selected, and all where it was too much to tell")
    func extremeSelections() async throws {
        let text = Sample.text(lines: 300, seed: 7)
        folder.write("one", text)
        let archives = try ArchiveLocator().locate(paths: [folder.path + "/one"])
        let none = await pull(ArchiveReader(archives: archives, selection: ChunkSelection()), workers: 2)
        #expect(none.chunks == 0)
        let all = await pull(ArchiveReader(archives: archives, selection: nil), workers: 2)
        #expect(all.first.count == 300)
    }

    @Test("cancelling ends the workers and says what was not read")
    func cancels() async throws {
        let text = Sample.text(lines: 20_000, seed: 81)
        for (index, archive) in [text, Pack.zstd(text), Pack.lz4(text), Pack.gzip(text)].enumerated() {
            folder.write("archive-\(index)", archive)
        }
        let reader = ArchiveReader(
            archives: try ArchiveLocator().locate(paths: [folder.path]), options: options(chunkSize: 2000))
        let chunks = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var count = 0
                    while let chunk = await reader.next() {
                        count += 1
                        reader.finish(chunk, lines: 1)
                        if count == 5 { reader.cancel() }
                    }
                    return count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(chunks >= 5 && chunks < 40)
        #expect(reader.accounts().contains { !$0.isComplete })
        #expect(await reader.next() == nil)
    }

    @Test("a reader that waits for a pipe can be cancelled")
    func cancelsWaiting() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (source, sink) = (ends[0], ends[1])
        defer {
            close(source)
            close(sink)
        }
        let reader = ArchiveReader(archives: try ArchiveLocator().locate(paths: ["/dev/fd/\(source)"]))
        async let first = reader.next()
        async let second = reader.next()
        try await Task.sleep(for: .milliseconds(60))
        reader.cancel()
        let chunks = await (first, second)
        #expect(chunks.0 == nil && chunks.1 == nil)
        #expect(reader.accounts()[0].isComplete == false)
    }

    @Test("progress grows to the whole")
    func progress() async throws {
        let text = Sample.text(lines: 5000, seed: 91)
        let archive = Pack.zstd(text)
        folder.write("a", text)
        folder.write("b", archive)
        let reader = ArchiveReader(
            archives: try ArchiveLocator().locate(paths: [folder.path]), options: options(chunkSize: 10_000))
        var last = 0
        while let chunk = await reader.next() {
            let progress = reader.progress
            #expect(progress.bytesRead >= last)
            #expect(progress.bytesTotal == text.count + archive.count)
            last = progress.bytesRead
            reader.finish(chunk, lines: Sample.lines(Array(chunk.bytes)).count)
        }
        #expect(reader.progress.bytesRead == text.count + archive.count)
        #expect(reader.progress.archivesDone == 2)
    }

    @Test("an archive that has gone since it was located is reported, the rest is read")
    func vanished() async throws {
        let kept = folder.write("a", Array("one\n".utf8))
        let gone = folder.write("b", Array("two\n".utf8))
        let archives = try ArchiveLocator().locate(paths: [kept, gone])
        unlink(gone)
        let reading = await pull(ArchiveReader(archives: archives), workers: 2)
        #expect(reading.lines == [[.line(Array("one".utf8))], []])
        #expect(reading.accounts[1].failure == "No such file or directory")
        #expect(reading.accounts[1].isComplete == false)
    }

    @Test("a later reader reads what an earlier one has read, and tells of files that don't hold it any more")
    func changed() async throws {
        let names = ["same", "grown", "written", "cut", "replaced", "gone"]
        let text = Array("one\ntwo\n".utf8)
        let paths = names.map { folder.write($0, text) }
        let archives = try ArchiveLocator().locate(paths: paths)
        let first = await pull(ArchiveReader(archives: archives), workers: 2)
        #expect(first.accounts.allSatisfy { $0.failure == nil && $0.damage.isEmpty })
        // The clock of some file systems goes by hundredths of a second.
        try await Task.sleep(for: .milliseconds(50))
        func open(_ name: String, _ flags: Int32) throws -> Int32 {
            let descriptor = Glibc.open(paths[try #require(names.firstIndex(of: name))], flags)
            return try #require(descriptor >= 0 ? descriptor : nil)
        }
        for (name, flags, bytes) in [
            ("grown", O_APPEND, "three\n"), ("written", 0, "ONE\n"), ("cut", O_TRUNC, "one\n"),
        ] {
            let descriptor = try open(name, O_WRONLY | flags)
            #expect(write(descriptor, bytes, bytes.utf8.count) == bytes.utf8.count)
            close(descriptor)
        }
        let other = folder.write("other", text)
        #expect(rename(other, paths[4]) == 0)
        #expect(unlink(paths[5]) == 0)
        let second = await pull(ArchiveReader(archives: archives, after: first.accounts), workers: 2)
        let (one, two) = (ReadLine.line(Array("one".utf8)), ReadLine.line(Array("two".utf8)))
        #expect(second.lines == [[one, two], [one, two], [.line(Array("ONE".utf8)), two], [], [], []])
        let told = second.accounts.map { $0.failure ?? $0.damage.first?.reason }
        #expect(
            told == [
                nil, nil, "it was written to since it was read first", "it has become shorter since it was read first",
                "another file has taken its place since it was read first", "No such file or directory",
            ])
    }

    @Test("what was decompressed of archives that were not read whole is what was handed out of them")
    func cancelledBytes() async throws {
        let text = Sample.text(lines: 60_000, seed: 61)
        for (name, archive) in Pack.all(text) {
            let path = folder.write("archive", archive)
            let reader = ArchiveReader(
                archives: try ArchiveLocator().locate(paths: [path]), options: options(chunkSize: 10_000))
            var bytes = 0
            for _ in 0..<5 {
                guard let chunk = await reader.next() else { break }
                bytes += chunk.bytes.count
                reader.finish(chunk, lines: Sample.lines(Array(chunk.bytes)).count)
            }
            reader.cancel()
            #expect(bytes > 0 && bytes < text.count, "\(name)")
            #expect(reader.accounts()[0].bytesDecompressed == bytes, "\(name)")
        }
    }
}

/// Writes to a pipe in small pieces, off the cooperative pool.
final class WriterThread: Sendable {
    private let bytes: [UInt8]
    private let descriptor: Int32

    init(_ bytes: [UInt8], to descriptor: Int32) {
        self.bytes = bytes
        self.descriptor = descriptor
    }

    func start() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<WriterThread>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    private func run() {
        var done = 0
        var size = 1
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress! + done, min(size, bytes.count - done))
            }
            if count <= 0 { break }
            done += count
            size = size * 3 % 40_001 + 1
        }
        close(descriptor)
    }
}

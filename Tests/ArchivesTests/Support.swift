import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Archives

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/archives-tests-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        if case .success(let names) = folderEntries(Array(path.utf8)) {
            for name in names { remove(path + "/" + String(decoding: name, as: UTF8.self)) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        precondition(descriptor >= 0)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            precondition(count > 0)
            done += count
        }
        close(descriptor)
        return file
    }

    func makeFolder(_ name: String) { precondition(mkdir(path + "/" + name, 0o755) == 0) }
}

/// A line as it was handed out.
enum ReadLine: Hashable {
    case line([UInt8])
    case overlong(Int)
}

/// All that a reader gave.
struct Reading {
    /// By archive, in order.
    var lines: [[ReadLine]]
    var accounts: [ArchiveAccount]
    /// Chunks whose position does not agree with the lines and bytes before them.
    var misplaced = 0
    var chunks = 0

    var first: [ReadLine] { lines[0] }
}

struct Pulled: Sendable {
    var key: [Int]
    var lines: [ReadLine]
    var length: Int
}

/// Reads with so many workers, and puts everything in order.
func pull(_ reader: ArchiveReader, workers: Int) async -> Reading {
    let pulled = await withTaskGroup(of: [Pulled].self) { group in
        for _ in 0..<workers {
            group.addTask {
                var pulled: [Pulled] = []
                while let chunk = await reader.next() {
                    pulled.append(scan(chunk, reader))
                }
                return pulled
            }
        }
        return await group.reduce(into: []) { $0 += $1 }
    }
    let positions = reader.positions()
    let accounts = reader.accounts()
    var reading = Reading(lines: accounts.map { _ in [] }, accounts: accounts, chunks: pulled.count)
    var offsets = accounts.map { _ in 0 }
    for piece in pulled.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        let archive = piece.key[0]
        let position = positions.position(archive: archive, segment: piece.key[1], offset: piece.key[2])
        if position?.firstLine != reading.lines[archive].count + 1 || position?.offset != offsets[archive] {
            reading.misplaced += 1
        }
        reading.lines[archive] += piece.lines
        offsets[archive] += piece.length
    }
    return reading
}

private func scan(_ chunk: Chunk, _ reader: ArchiveReader) -> Pulled {
    let key = [chunk.archive, chunk.segment, chunk.offset]
    if case .overlongLine(let length) = chunk.kind {
        reader.finish(chunk, lines: 1)
        return Pulled(key: key, lines: [.overlong(length)], length: length + 1)
    }
    let bytes = Array(chunk.bytes)
    let lines = Sample.lines(bytes).map { ReadLine.line($0) }
    reader.finish(chunk, lines: lines.count)
    return Pulled(key: key, lines: lines, length: bytes.count)
}

func read(_ paths: [String], _ options: ArchiveOptions = ArchiveOptions(), workers: Int = 2) async throws -> Reading {
    await pull(ArchiveReader(archives: try ArchiveLocator().locate(paths: paths), options: options), workers: workers)
}

/// Reads the bytes from a pipe.
func readPiped(_ bytes: [UInt8], _ options: ArchiveOptions = ArchiveOptions(), workers: Int = 2) async throws -> Reading
{
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    let source = ends[0]
    defer { close(source) }
    WriterThread(bytes, to: ends[1]).start()
    return try await read(["/dev/fd/\(source)"], options, workers: workers)
}

/// Reads the bytes in one stream, mapped in segments of all sizes, and from a pipe, and expects the same lines and the same
/// damage each time.
func readInEveryWay(_ bytes: [UInt8], in folder: TemporaryFolder, _ context: String) async throws -> Reading {
    let path = folder.write("archive", bytes)
    let sequential = try await read([path], options(access: .read), workers: 1)
    let others = [
        ("mapped", try await read([path], options(access: .mapped))),
        ("in small segments", try await read([path], options(access: .mapped, segmentSize: 1), workers: 3)),
        ("with large frames", try await read([path], options(access: .mapped, segmentSize: 1, largeFrame: 100))),
        ("line by line", try await read([path], options(chunkSize: 1, access: .mapped, segmentSize: 300))),
        ("piped", try await readPiped(bytes)),
    ]
    for (name, reading) in others {
        #expect(difference(reading.first, sequential.first) == nil, "\(context): \(name)")
        #expect(reading.accounts[0].damage == sequential.accounts[0].damage, "\(context): \(name)")
        #expect(reading.accounts[0].format == sequential.accounts[0].format, "\(context): \(name)")
        #expect(reading.misplaced == 0, "\(context): \(name)")
    }
    return sequential
}

/// `lines` are the beginning of what is expected, the last one perhaps not whole.
func isPrefix(_ lines: [ReadLine], of expected: [ReadLine]) -> Bool {
    guard let last = lines.last else { return true }
    guard lines.count <= expected.count, lines.dropLast().elementsEqual(expected.prefix(lines.count - 1)) else {
        return false
    }
    guard case .line(let part) = last, case .line(let whole) = expected[lines.count - 1] else { return false }
    return whole.starts(with: part)
}

func options(
    chunkSize: Int = 512 << 10, access: ArchiveOptions.Access = .automatic, lineLimit: Int = 16 << 20,
    segmentSize: Int = 64 << 10, largeFrame: Int = 4 << 20
) -> ArchiveOptions {
    var options = ArchiveOptions()
    options.chunkSize = chunkSize
    options.access = access
    options.lineLimit = lineLimit
    options.segmentSize = segmentSize
    options.largeFrame = largeFrame
    return options
}

/// Where two lists of lines part, in few words; nil when they are equal.
func difference(_ found: [ReadLine], _ expected: [ReadLine]) -> String? {
    if found == expected { return nil }
    let index = zip(found, expected).prefix { $0 == $1 }.count
    func text(_ lines: [ReadLine]) -> String {
        guard index < lines.count else { return "nothing" }
        switch lines[index] {
        case .line(let bytes):
            let start = bytes.prefix(60).map { (32..<127).contains($0) ? $0 : UInt8(ascii: ".") }
            return "\(bytes.count) bytes '\(String(decoding: start, as: UTF8.self))'"
        case .overlong(let length): return "an overlong line of \(length) bytes"
        }
    }
    return
        "line \(index + 1): \(text(found)) instead of \(text(expected)); \(found.count) lines instead of \(expected.count)"
}

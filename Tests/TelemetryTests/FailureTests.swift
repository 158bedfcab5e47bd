import Foundation
import Testing

@testable import Telemetry

@Suite struct FailureTests {
    private func failure(_ path: String, _ options: GenerationOptions = .small()) async -> GenerationError? {
        do throws(GenerationError) {
            _ = try await generate(into: path, options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test("options out of range are named with what they may be")
    func options() async {
        let changes: [(String, (inout GenerationOptions) -> Void)] = [
            ("shapes", { $0.shapes = [] }), ("compressions", { $0.compressions = [] }),
            ("bytes", { $0.size = .bytes(0) }),
            ("bytes", { $0.size = .bytes(.max) }), ("events", { $0.size = .events(-1) }),
            ("archives", { $0.archives = 0 }),
            ("hosts", { $0.hosts = 0 }), ("users", { $0.users = 5000 }), ("start", { $0.start = -1 }),
            ("duration", { $0.duration = .max }), ("findings", { $0.findings = -1 }), ("threads", { $0.threads = 0 }),
        ]
        for (name, change) in changes {
            guard case .invalidOption(name, let requirement)? = await failure("/nonexistent/folder", .small(change))
            else {
                Issue.record("\(name) was accepted")
                continue
            }
            #expect(!requirement.isEmpty)
        }
    }

    @Test("a folder whose parent is missing is an error that says so")
    func missingParent() async {
        let error = await failure("/nonexistent/folder")
        #expect(error == .file(path: "/nonexistent/folder", operation: "create", code: ENOENT))
        #expect(error?.description.contains("create the folder above it") == true)
    }

    @Test("a file is no folder")
    func notAFolder() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(await failure(path) == .file(path: path, operation: "use as a folder", code: ENOTDIR))
    }

    @Test("a name that is taken by a folder is an error, and no partial file stays")
    func nameTaken() async throws {
        let folder = try TemporaryFolder()
        let taken = folder.path + "/001-nxlog-none.jsonl"
        try FileManager.default.createDirectory(atPath: taken + "/x", withIntermediateDirectories: true)
        let error = await failure(folder.path)
        #expect(error == .file(path: taken, operation: "rename to", code: EISDIR))
        #expect(folder.names.allSatisfy { !$0.hasSuffix(".partial") && !$0.hasPrefix("expected") })
    }

    @Test("a full device is an error with the remedy")
    func fullDevice() throws {
        // The temporary name is a link to a device that takes no byte.
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/.archive.partial", withDestinationPath: "/dev/full")
        func write() throws(GenerationError) {
            var file = try OutputFile("archive", in: folder.path)
            try file.write([1, 2, 3])
            _ = try file.commit()
        }
        let error = #expect(throws: GenerationError.self) { try write() }
        #expect(error == .file(path: folder.path + "/archive", operation: "write", code: ENOSPC))
        #expect(error?.description.contains("free some space") == true)
        #expect(folder.names.isEmpty)
    }

    @Test("a file that is not finished leaves nothing behind")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        func abandon() throws(GenerationError) {
            var file = try OutputFile("archive", in: folder.path)
            try file.write([1, 2, 3])
        }
        try abandon()
        #expect(folder.names.isEmpty)
    }

    @Test("a cancelled task stops and leaves no partial file")
    func cancellation() async throws {
        for threads in [1, 2, 40] {
            let folder = try TemporaryFolder()
            let path = folder.path
            let options = GenerationOptions.small {
                $0.size = .bytes(1 << 36)
                $0.shapes = [.cim]
                $0.archives = 3
                $0.threads = threads
            }
            let task = Task { await failure(path, options) }
            try await Task.sleep(for: .milliseconds(30))
            task.cancel()
            #expect(await task.value == .cancelled)
            #expect(folder.names.isEmpty)
        }
    }

    @Test("a second run replaces the first one's files")
    func replacement() async throws {
        let folder = try TemporaryFolder()
        let options = GenerationOptions.small { $0.shapes = [.crowdstrike] }
        var other = options
        other.seed = 9
        _ = try await generate(into: folder.path, options: options)
        let first = try folder.contents()
        _ = try await generate(into: folder.path, options: other)
        #expect(try folder.contents() != first)
        _ = try await generate(into: folder.path, options: options)
        #expect(try folder.contents() == first)
    }
}

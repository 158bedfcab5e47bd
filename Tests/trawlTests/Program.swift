import Foundation
import Synchronization
import Testing

/// The built program, run as a user runs it.
struct Program {
    struct Result {
        var status: Int32
        var output: String
        var complaint: String
    }

    /// The program stands beside the test bundle.
    static let path: String? = {
        let candidates = [
            Bundle.main.bundlePath, CommandLine.arguments.first.map { ($0 as NSString).deletingLastPathComponent },
        ]
        .compactMap { $0 }.flatMap { [$0, ($0 as NSString).deletingLastPathComponent] }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        return (candidates + [root + "/.build/debug"]).map { $0 + "/trawl" }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }()

    /// - Parameter shell: a script that runs the program, `$0`, with the arguments, `$1` and so on.
    static func run(shell: String, _ arguments: [String]) throws -> Result {
        try run("/bin/sh", ["-c", shell, try #require(path)] + arguments, input: nil)
    }

    static func run(_ arguments: [String], input: String? = nil) throws -> Result {
        try run(try #require(path), arguments, input: input)
    }

    private static func run(_ program: String, _ arguments: [String], input: String?) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        let complaint = Pipe()
        let standardInput = Pipe()
        process.standardOutput = output
        process.standardError = complaint
        process.standardInput = standardInput
        try process.run()
        // All three at a time: a pipe that nobody reads or writes would stop the program.
        let told = Reading(output)
        let said = Reading(complaint)
        if let input { standardInput.fileHandleForWriting.write(Data(input.utf8)) }
        try standardInput.fileHandleForWriting.close()
        let result = (told.text, said.text)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: result.0, complaint: result.1)
    }

    /// What a pipe gives until its end, read on a thread of its own.
    private final class Reading: Sendable {
        private let data = Mutex(Data())
        private let end = DispatchSemaphore(value: 0)

        init(_ pipe: Pipe) {
            let handle = pipe.fileHandleForReading
            Thread.detachNewThread {
                let read = handle.readDataToEndOfFile()
                self.data.withLock { $0 = read }
                self.end.signal()
            }
        }

        /// Waits for the end.
        var text: String {
            end.wait()
            return String(decoding: data.withLock { $0 }, as: UTF8.self)
        }
    }
}

/// A folder of its own for one test, gone when the test is.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Puts a text into a file of this name; returns its path.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

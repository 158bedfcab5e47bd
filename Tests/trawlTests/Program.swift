import Foundation
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
        if let input { standardInput.fileHandleForWriting.write(Data(input.utf8)) }
        try standardInput.fileHandleForWriting.close()
        let told = output.fileHandleForReading.readDataToEndOfFile()
        let said = complaint.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: told, as: UTF8.self),
            complaint: String(decoding: said, as: UTF8.self))
    }
}

/// A folder of its own for one test, gone when the test is.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

import Foundation
import Glibc
import Synchronization
import Testing

@testable import Reporting

/// A pipe of the test's own.
final class Pipe {
    let reading: Int32
    let writing: Int32
    private var isWritingOpen = true
    private var isReadingOpen = true

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        Output.ignoreBrokenPipes()
    }

    deinit {
        closeWriting()
        closeReading()
    }

    func closeWriting() {
        if isWritingOpen { close(writing) }
        isWritingOpen = false
    }

    func closeReading() {
        if isReadingOpen { close(reading) }
        isReadingOpen = false
    }

    func readAll() -> [UInt8] {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reading, &part, part.count)
            if count <= 0 { return all }
            all += part[..<count]
        }
    }
}

/// What a slow reader on another thread got.
private final class Received: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let done = DispatchSemaphore(value: 0)

    func read(from descriptor: Int32) {
        var part = [UInt8](repeating: 0, count: 1000)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count <= 0 { break }
            bytes.withLock { $0 += part[..<count] }
        }
        done.signal()
    }

    func wait() -> [UInt8] {
        done.wait()
        return bytes.withLock { $0 }
    }
}

@Suite("Output")
struct OutputTests {
    @Test("everything arrives in order through a pipe that takes little at a time", arguments: [false, true])
    func pipe(isNonBlocking: Bool) throws {
        let pipe = try Pipe()
        if isNonBlocking { try #require(fcntl(pipe.writing, F_SETFL, O_NONBLOCK) == 0) }
        var expected: [UInt8] = []
        var random = HostileContent(seed: 7)
        let pieces =
            (0..<300).map { _ in
                [UInt8](
                    repeating: UInt8.random(in: 0...255, using: &random),
                    count: Int.random(in: 0...9000, using: &random))
            } + [[UInt8](repeating: 1, count: 300_000)]
        for piece in pieces { expected += piece }
        // A thread of its own: tasks that block would take the threads that other tests need.
        let received = Received()
        let reading = pipe.reading
        Thread.detachNewThread { received.read(from: reading) }
        let output = Output(descriptor: pipe.writing, name: "pipe")
        for piece in pieces { try output.write(piece) }
        try output.flush()
        pipe.closeWriting()
        #expect(received.wait() == expected)
    }

    @Test("a pipe whose reader has gone is told apart from failures")
    func closedPipe() throws {
        let pipe = try Pipe()
        pipe.closeReading()
        let output = Output(descriptor: pipe.writing, name: "pipe")
        try output.write("x")
        #expect(throws: OutputError.closedPipe) { try output.flush() }
        // The bytes are given up: nothing goes out twice.
        try output.flush()
    }

    @Test("a full disk is named")
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let output = Output(descriptor: descriptor, name: "/dev/full")
        try output.write("x")
        #expect(throws: OutputError.noSpace(destination: "/dev/full")) { try output.flush() }
    }

    @Test("an output that is closed is named, with another one")
    func closedOutput() throws {
        let output = Output(descriptor: -1, name: "nowhere")
        try output.write("x")
        let error = #expect(throws: OutputError.closed(destination: "nowhere")) { try output.flush() }
        #expect(error?.description.contains("--output") == true)
    }

    @Test("another failure says why")
    func otherFailure() throws {
        // No page is mapped at address 0, where writing to the process's own memory begins.
        let descriptor = open("/proc/self/mem", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let output = Output(descriptor: descriptor, name: "memory")
        try output.write("x")
        #expect(throws: OutputError.cannotWrite(destination: "memory", reason: "Input/output error")) {
            try output.flush()
        }
    }

    @Test("a report stops at a closed pipe")
    func report() throws {
        let pipe = try Pipe()
        pipe.closeReading()
        #expect(throws: OutputError.closedPipe) {
            try ReportWriter(format: .jsonl).write(
                SampleReports.lateralMovement(), to: Output(descriptor: pipe.writing, name: "pipe"))
        }
    }
}

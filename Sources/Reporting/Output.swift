import Glibc
public import Hunting
import Values

/// Where results go: a file descriptor behind a buffer of fixed size, or memory.
///
/// Short writes, interrupted calls and descriptors that do not block are dealt with here. Writing to a closed pipe is
/// `OutputError.closedPipe` only in a process that ignores SIGPIPE (`Output.ignoreBrokenPipes()`), else the signal ends it.
public final class Output {
    /// What messages call it: a path, or `standard output`.
    public let name: String
    /// What ends a wait for a reader that takes nothing.
    public var interruption: Interruption?
    private let descriptor: Int32?
    /// Whether a write may wait for somebody who reads: a pipe, a socket or a terminal.
    private let mayWait: Bool
    private var buffer: [UInt8] = []
    private static let capacity = 1 << 16
    /// So much a pipe takes without waiting, once it takes anything (PIPE_BUF).
    private static let pipeSize = 4096

    /// - Parameter descriptor: open for writing; it stays the caller's to close.
    public init(descriptor: Int32, name: String) {
        self.name = name
        self.descriptor = descriptor
        var status = stat()
        mayWait = fstat(descriptor, &status) == 0 && [S_IFIFO, S_IFSOCK, S_IFCHR].contains(status.st_mode & S_IFMT)
        buffer.reserveCapacity(Self.capacity)
    }

    /// An output that keeps all it is given in `bytes`.
    public init() {
        name = "memory"
        descriptor = nil
        mayWait = false
    }

    /// The process's own; nothing closes it.
    public static func standardOutput() -> Output {
        Output(descriptor: STDOUT_FILENO, name: "standard output")
    }

    /// Lets a write to a closed pipe, or one that makes a file larger than the process may, fail with an error instead of
    /// ending the process.
    public static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// What has not been handed on yet; for an output in memory, everything.
    public var bytes: [UInt8] { buffer }

    /// Puts bytes behind the others; they are handed on when the buffer is full, or by ``flush()``.
    ///
    /// - Throws: `OutputError` where an earlier or this part can't be written.
    public func write(_ bytes: [UInt8]) throws(OutputError) {
        guard let descriptor else {
            buffer += bytes
            return
        }
        if buffer.count + bytes.count > Self.capacity { try flush() }
        if bytes.count >= Self.capacity {
            try writeAll(bytes, to: descriptor)
        } else {
            buffer += bytes
        }
    }

    /// As `write(_:)` of bytes, in UTF-8.
    public func write(_ text: String) throws(OutputError) {
        try write(Array(text.utf8))
    }

    /// Hands on what is buffered. Nothing is flushed when the output is released: a caller that does not flush has failed.
    public func flush() throws(OutputError) {
        guard let descriptor, !buffer.isEmpty else { return }
        // Given up before the write: after an error the same bytes must not go out twice.
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        try writeAll(pending, to: descriptor)
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
        var done = 0
        while done < bytes.count {
            if let interruption, mayWait { try wait(for: descriptor, until: interruption) }
            let most = interruption != nil && mayWait ? Self.pipeSize : .max
            let written = bytes.withUnsafeBytes { all in
                // SAFETY: `done < all.count`, so the rest is not empty and its base address is inside the array, which
                // lives as long as the closure; write(2) only reads.
                Glibc.write(descriptor, all.baseAddress! + done, min(all.count - done, most))
            }
            if written >= 0 {
                done += written
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try waitUntilWritable(descriptor)
            case EPIPE: throw .closedPipe
            case ENOSPC, EDQUOT: throw .noSpace(destination: name)
            case EBADF: throw .closed(destination: name)
            case let code: throw .cannotWrite(destination: name, reason: SystemError(code).reason)
            }
        }
    }

    /// Waits until the descriptor takes something, but not for ever once the end was asked for.
    private func wait(for descriptor: Int32, until interruption: Interruption) throws(OutputError) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&entry, 1, 50) == 0 {
            if interruption.endsWrites { throw .stopped(destination: name) }
        }
    }

    private func waitUntilWritable(_ descriptor: Int32) throws(OutputError) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A failed or interrupted wait is harmless: the write is tried again and says what is wrong.
        _ = poll(&entry, 1, -1)
    }
}

import Glibc

/// An error number with the system's words for it.
public struct SystemError: Error, Hashable, Sendable {
    /// As `errno` has it.
    public let number: Int32

    /// - Parameter number: as `errno` has it.
    public init(_ number: Int32) { self.number = number }

    /// The system's words: `No such file or directory`. From any thread.
    public var reason: String {
        var text = [CChar](repeating: 0, count: 256)
        // SAFETY: the POSIX form of `strerror_r` writes at most `count` bytes, the ending NUL among them.
        guard strerror_r(number, &text, text.count) == 0 else { return "error \(number)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

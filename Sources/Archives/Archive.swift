/// One thing to read: a regular file or a stream.
public struct Archive: Hashable, Sendable {
    /// As it was given or found; `-` for standard input. What is not UTF-8 in it is shown as U+FFFD.
    public let path: String
    /// Bytes on disk when it was located; nil for a stream.
    public let size: Int?

    /// The path as the system has it.
    let rawPath: [UInt8]
    var isStandardInput: Bool { rawPath == Archive.standardInput }

    /// Whether it can't be read a second time.
    public var isReadOnce: Bool { size == nil }

    static let standardInput = [UInt8(ascii: "-")]

    init(rawPath: [UInt8], size: Int?) {
        self.rawPath = rawPath
        self.size = size
        path = String(decoding: rawPath, as: UTF8.self)
    }

    /// Calls `body` with the path as a C string.
    func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        rawPath.withCString(body)
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes as a C string.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        // SAFETY: the terminated copy outlives the call; UInt8 and CChar have one layout.
        (self + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard let base = text.baseAddress else { preconditionFailure("a terminated path is never empty") }
                return body(base)
            }
        }
    }
}

/// A run of bytes as it stood in the archive: UTF-8 as a rule, but nothing is lost where it is not.
///
/// Equality, hashing and order are bytewise. Swift's `String` compares by canonical equivalence, which is neither what
/// Splunk and Sigma do nor what a byte-level prefilter could be sound for, so values of events are never strings.
public struct Text: Hashable, Sendable {
    public var bytes: [UInt8]

    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ string: some StringProtocol) {
        self.bytes = Array(string.utf8)
    }

    public init(copying buffer: UnsafeRawBufferPointer) {
        self.bytes = Array(buffer)
    }

    public var isEmpty: Bool { bytes.isEmpty }

    /// The text for people: invalid UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension Text: Comparable {
    public static func < (left: Text, right: Text) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension Text: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: CustomStringConvertible {
    public var description: String { string }
}

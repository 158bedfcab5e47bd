import Glibc

/// A run of bytes as it stood in the archive: UTF-8 as a rule, but nothing is lost where it is not.
///
/// Equality, hashing and order are bytewise. Swift's `String` compares by canonical equivalence, which is neither what
/// Splunk and Sigma do nor what a byte-level prefilter could be sound for, so values of events are never strings.
public struct Text: Hashable, Sendable {
    /// UTF-8 as a rule, but any bytes may stand here.
    public var bytes: [UInt8]

    /// The bytes are taken as they are, UTF-8 or not.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The string's UTF-8, without any normalising.
    public init(_ string: some StringProtocol) {
        self.bytes = Array(string.utf8)
    }

    /// The text does not depend on the buffer after that.
    public init(copying buffer: UnsafeRawBufferPointer) {
        self.bytes = Array(buffer)
    }

    /// All bytes at once: one by one, as an array does it, takes several times as long.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// No bytes. As a value of a field of an event, such a text counts as missing.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text for people: invalid UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes come before others in the order of bytes, a beginning before what it begins.
    @inline(__always)
    public func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
        compare(other) < 0
    }

    /// Less than 0 where these bytes come before others, 0 where they are equal, else more.
    @inline(__always)
    public func compare(_ other: UnsafeRawBufferPointer) -> Int {
        if let left = baseAddress, let right = other.baseAddress {
            // SAFETY: both have as many bytes as the shorter one.
            let order = memcmp(left, right, Swift.min(count, other.count))
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }
}

extension Text: Comparable {
    /// Bytewise; a beginning comes before what continues it.
    public static func < (left: Text, right: Text) -> Bool {
        left.bytes.withUnsafeBytes { left in right.bytes.withUnsafeBytes { left.precedes($0) } }
    }
}

extension Text: ExpressibleByStringLiteral {
    /// As `init(_:)`.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: CustomStringConvertible {
    /// As ``string``.
    public var description: String { string }
}

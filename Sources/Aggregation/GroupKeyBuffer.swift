public import Values

/// Where the by-fields of one event are put together to the key of its group; one is reused for all events.
///
/// Each part is its length and its bytes, so that parts cannot run into each other.
public struct GroupKeyBuffer: Sendable {
    var bytes: [UInt8] = []

    public init() {
        bytes.reserveCapacity(256)
    }

    @inline(__always)
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Adds the next by-field.
    @inline(__always)
    public mutating func append(_ part: UnsafeRawBufferPointer) {
        var length = part.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: length))
        bytes.append(contentsOf: part)
    }

    public mutating func append(_ part: Text) {
        part.bytes.withUnsafeBytes { append($0) }
    }

    /// The parts of a key, or `nil` where the bytes are no key of so many parts.
    static func parts(of key: UnsafeRawBufferPointer, count: Int) -> [Text]? {
        var parts: [Text] = []
        parts.reserveCapacity(count)
        var offset = 0
        while offset < key.count {
            var length = 0
            var shift = 0
            while true {
                guard offset < key.count, shift < 56 else { return nil }
                let byte = key[offset]
                offset += 1
                length |= Int(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift += 7
            }
            guard length <= key.count - offset else { return nil }
            parts.append(Text(copying: UnsafeRawBufferPointer(rebasing: key[offset..<offset + length])))
            offset += length
        }
        return parts.count == count ? parts : nil
    }
}

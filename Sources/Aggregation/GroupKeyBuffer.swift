public import Values

/// Where the by-fields of one event are put together to the key of its group; one is reused for all events.
///
/// Each part is its length and its bytes, so that parts cannot run into each other.
public struct GroupKeyBuffer: ~Copyable, @unchecked Sendable {
    // SAFETY: owned by this value alone, which can't be copied; `count` bytes of `capacity` are written. It is no array,
    // which asks for every byte whether it is shared: a tenth of what counting an event costs.
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var count = 0
    @usableFromInline var capacity = 256

    /// An empty key, which is that of the one group without by-fields.
    public init() {
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Begins the next event's key; the memory is kept.
    @inlinable
    public mutating func removeAll() { count = 0 }

    /// Adds the next by-field.
    @inlinable
    public mutating func append(_ part: UnsafeRawBufferPointer) {
        // A length takes ten bytes at most.
        if part.count >= capacity &- count &- 10 { grow(by: part.count) }
        var length = part.count
        while length >= 0x80 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: length) | 0x80, toByteOffset: count, as: UInt8.self)
            count &+= 1
            length >>= 7
        }
        base.storeBytes(of: UInt8(truncatingIfNeeded: length), toByteOffset: count, as: UInt8.self)
        count &+= 1
        if let start = part.baseAddress {
            // SAFETY: there is room for `part.count` bytes behind `count`, and `part` lies elsewhere.
            (base + count).copyMemory(from: start, byteCount: part.count)
            count &+= part.count
        }
    }

    @usableFromInline
    mutating func grow(by extent: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: (capacity + extent) * 2, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
        capacity = (capacity + extent) * 2
    }

    /// Adds the next by-field, as above.
    public mutating func append(_ part: Text) {
        part.bytes.withUnsafeBytes { append($0) }
    }

    /// The parts of a key, or `nil` where the bytes are no key of so many parts.
    static func parts(of key: UnsafeRawBufferPointer, count: Int) -> [Text]? {
        var parts: [Text] = []
        parts.reserveCapacity(count)
        var offset = 0
        while offset < key.count {
            guard let part = part(of: key, at: &offset) else { return nil }
            parts.append(Text(copying: part))
        }
        return parts.count == count ? parts : nil
    }

    /// Whether a key comes before another one: part by part, in the order of bytes.
    static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var (leftOffset, rightOffset) = (0, 0)
        while leftOffset < left.count, rightOffset < right.count {
            guard let first = part(of: left, at: &leftOffset), let second = part(of: right, at: &rightOffset) else {
                return false
            }
            let order = first.compare(second)
            if order != 0 { return order < 0 }
        }
        return rightOffset < right.count
    }

    /// The part that begins at an offset, which is moved behind it; `nil` where none does.
    @inline(__always)
    private static func part(of key: UnsafeRawBufferPointer, at offset: inout Int) -> UnsafeRawBufferPointer? {
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
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: key[offset..<offset + length])
    }
}

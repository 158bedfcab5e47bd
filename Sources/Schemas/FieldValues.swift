import Events

/// The texts of one field of one event, none of them empty.
///
/// SAFETY: the buffers point into the line, the reader's arena or constants, and are used only while the event is current.
public struct FieldValues: @unchecked Sendable {
    @usableFromInline var single: UnsafeRawBufferPointer?
    /// All values, where there is more than one.
    @usableFromInline var several: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>?
    @usableFromInline var severalCount = 0
    /// How many of the last values are not shown.
    @usableFromInline var hiddenCount = 0
    /// What there is beside texts, in the views of logsources.
    var presence: Presence = []

    /// What an event says of a field that has no text.
    struct Presence: OptionSet, Sendable {
        var rawValue: UInt8
        /// The event has the key: a null, an array.
        static let key = Presence(rawValue: 1)
        static let emptyText = Presence(rawValue: 3)
    }

    /// Whether the event has the field's key, whatever it holds: a null and an empty array count, an object does not.
    public var exists: Bool { single != nil || !presence.isEmpty }

    /// Whether the field has a value that is not null; it may be the empty text.
    public var isGiven: Bool { single != nil || hasEmptyText }

    /// Whether a value is the empty text.
    public var hasEmptyText: Bool { presence.contains(.emptyText) }

    /// No value.
    @inlinable
    public init() {}

    /// One value, or none where there is no text or an empty one.
    @inlinable
    public init(_ text: UnsafeRawBufferPointer?) {
        if let text, !text.isEmpty { single = text }
    }

    /// No text: what `exists` and `isGiven` tell may be true all the same.
    @inlinable
    public var isMissing: Bool { single == nil }

    /// How many values the field has.
    @inlinable
    public var count: Int { several == nil ? (single == nil ? 0 : 1) : severalCount - hiddenCount }

    /// How many values a condition looks at: the field's own, and behind them others by which it is known, too.
    @inlinable
    public var testedCount: Int { several == nil ? (single == nil ? 0 : 1) : severalCount }

    /// The first value.
    @inlinable
    public var first: UnsafeRawBufferPointer? { single }

    /// - Parameter index: below ``testedCount``; those from ``count`` on are only for conditions.
    @inlinable
    public subscript(index: Int) -> UnsafeRawBufferPointer {
        if let several { return several[index] }
        return single ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    mutating func append(_ text: UnsafeRawBufferPointer, in arena: inout ByteArena) {
        guard let first = single else {
            single = text
            return
        }
        if let several, severalCount < several.count {
            several[severalCount] = text
            severalCount += 1
            return
        }
        let grown = arena.pointers(count: max(4, severalCount * 2))
        if let several {
            for index in 0..<severalCount { grown[index] = several[index] }
        } else {
            grown[0] = first
            severalCount = 1
        }
        grown[severalCount] = text
        severalCount += 1
        several = grown
    }
}

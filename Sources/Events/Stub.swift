public struct Timestamp: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func parse(_ bytes: UnsafeRawBufferPointer, zone: TimeZone) -> Timestamp? { nil }
}
public struct TimeZone: Sendable { public static let utc = TimeZone() }
enum XMLText { static func decode(_ raw: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer { raw } }
extension EventParser { func readXML(_ b: UnsafeRawBufferPointer) {} }

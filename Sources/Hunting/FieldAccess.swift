import Schemas

/// Where a named field of a plan comes from while it runs.
enum FieldAccess: Sendable {
    case field(FieldMap.Field)
    case time
    case raw

    static func isSpecial(_ name: String) -> Bool { name == "_time" || name == "_raw" }

    init(_ name: String, view: FieldMap.View, numbers: FieldNumbers) {
        switch name {
        case "_time": self = .time
        case "_raw": self = .raw
        default: self = numbers.field(FieldMap.Request(view: view, name: name)).map { .field($0) } ?? .raw
        }
    }

    /// As predicates number it.
    var slot: Int {
        switch self {
        case .field(let field): field
        case .time: Self.timeSlot
        case .raw: Self.rawSlot
        }
    }

    /// Whether a slot is a field of the map; else it is one of those below, or stands for every value.
    @inline(__always)
    static func isField(_ slot: Int) -> Bool { slot >= 0 && slot < timeSlot }

    static let timeSlot = 1 << 40
    static let rawSlot = 1 << 40 + 1
}

extension FieldNumbers {
    /// The events that a view is of; `nil` where that is all.
    func domain(_ view: FieldMap.View) -> FieldMap.DatasetIndex? {
        switch view {
        case .dataset(let name): dataset(name)
        case .logsource(let name): logsource(name)
        case .events: nil
        }
    }
}

extension Command {
    /// Whether what the command makes of a row may hang on when the search runs, or on its bounds: `now()`, `addinfo`.
    public var readsRunTime: Bool {
        switch self {
        case .filter(let expression): expression.readsRunTime
        case .evaluate(let assignments): assignments.contains { $0.expression.readsRunTime }
        // A template may hold any of these; a span may be aligned to a relative time.
        case .extract(.computedName(let assignment)): assignment.expression.readsRunTime
        case .extract(.searchInformation), .extract(.iteration), .bin, .convert: true
        default: false
        }
    }
}

extension Expression {
    fileprivate var readsRunTime: Bool {
        switch self {
        case .literal, .field, .dotted, .search, .subsearch: false
        case .not(let inner), .negate(let inner): inner.readsRunTime
        case .binary(_, let left, let right): left.readsRunTime || right.readsRunTime
        case .call(.now, _), .call(.time, _): true
        case .call(_, let arguments): arguments.contains { $0.readsRunTime }
        }
    }
}

public import Matching
public import Values

/// An expression of `where` and `eval`.
public indirect enum Expression: Hashable, Sendable {
    case literal(Value)
    case field(String)
    /// `a.b` without quotation marks: the field of that name where a row has a value for it, else the texts of the fields
    /// between the dots, joined.
    case dotted(String)
    case not(Expression)
    case negate(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case call(EvaluationFunction, [Expression])
    /// `searchmatch("...")`: whether the event matches a search.
    case search(Predicate<String>)
    /// What a search in brackets gives, by the number that it has in the plan: a condition or a value.
    case subsearch(Int)

    /// Operators between two operands; `concatenate` is SPL's dot, `like` has a pattern with `%` and `_` on the right.
    public enum BinaryOperator: Hashable, Sendable {
        case or, and, xor
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, like
        case concatenate, add, subtract, multiply, divide, remainder

        /// Whether the result is true or false.
        var yieldsCondition: Bool {
            switch self {
            case .or, .and, .xor, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .like: true
            case .concatenate, .add, .subtract, .multiply, .divide, .remainder: false
            }
        }
    }
}

extension Expression {
    /// Whether the expression is true, false or null: what `where` wants and what no field can hold.
    ///
    /// `null()` is both; alone it counts as a value.
    /// - Complexity: linear in the size of the expression.
    public var isCondition: Bool {
        switch self {
        case .not, .search: true
        case .literal, .field, .dotted, .negate, .subsearch: false
        case .binary(let symbol, _, _): symbol.yieldsCondition
        case .call(let function, let arguments):
            switch function {
            case .ifThen: Self.areConditions(arguments.dropFirst())
            case .caseOf: Self.areConditions(arguments.indices.filter { $0 % 2 == 1 }.map { arguments[$0] })
            case .coalesce: Self.areConditions(arguments)
            default: function.yieldsCondition
            }
        }
    }

    /// Whether it is a text whatever the fields hold: one in quotation marks, or joined from others.
    var isText: Bool {
        switch self {
        case .literal(.text), .binary(.concatenate, _, _): true
        case .binary(.add, let left, let right): left.isText || right.isText
        default: false
        }
    }

    /// Whether all branches are conditions or `null()`, and one is a condition. Each is looked at once, as branches nest.
    private static func areConditions(_ branches: some Collection<Expression>) -> Bool {
        var isAny = false
        for branch in branches where branch != .call(.null, []) {
            guard branch.isCondition else { return false }
            isAny = true
        }
        return isAny
    }

    /// The fields that the expression reads; `_raw` among them where a search looks through the whole event.
    public var fields: Set<String> { fields(withParts: true) }

    /// The same, with the fields between the dots of a name or without.
    func fields(withParts: Bool) -> Set<String> {
        switch self {
        case .literal, .subsearch: []
        case .field(let name): [name]
        case .dotted(let name): withParts ? Set(Self.parts(of: name) + [name]) : [name]
        case .not(let inner), .negate(let inner): inner.fields(withParts: withParts)
        case .binary(_, let left, let right):
            left.fields(withParts: withParts).union(right.fields(withParts: withParts))
        case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.fields(withParts: withParts)) }
        case .search(let predicate): Set(predicate.fields).union(predicate.readsRawText ? ["_raw"] : [])
        }
    }
}

extension Expression {
    /// What stands between the dots of a name.
    static func parts(of name: String) -> [String] { name.split(separator: ".").map(String.init) }
}

extension Expression.BinaryOperator {
    /// As it is written.
    public var symbol: String {
        switch self {
        case .or: "OR"
        case .and: "AND"
        case .xor: "XOR"
        case .equal: "="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .like: "LIKE"
        case .concatenate: "."
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        }
    }
}

import Matching
import Values

/// An expression that yields a value, with names resolved to columns and constants made ready.
indirect enum ValueNode: Sendable {
    case constant(Value)
    case column(Int)
    case negate(ValueNode)
    case arithmetic(Arithmetic, ValueNode, ValueNode)
    case concatenate(ValueNode, ValueNode)
    /// The first branch whose condition is true; missing where none is. `if` and `case`.
    case choose([(ConditionNode, ValueNode)])
    /// `validate`: the first branch whose condition is false.
    case complain([(ConditionNode, ValueNode)])
    case coalesce([ValueNode])
    case nullIf(ValueNode, ValueNode)
    case call(EvaluationFunction, [ValueNode])
    case json(EvaluationFunction, [ArgumentNode])
    case replace(ValueNode, PatternNode, ValueNode)
    case findPosition(ValueNode, PatternNode)
    /// `mvfilter`: the values of a column for which the condition is true.
    case filterValues(Int, ConditionNode)
    /// `mvmap`: what the last node gives for each value of the first, which stands in the column meanwhile.
    case mapValues(ValueNode, Int, ValueNode)
    /// `sigfig`: rounded to the figures that its operands justify.
    case significant(ValueNode)
    /// `tostring` of a condition.
    case conditionText(ConditionNode)
    /// `typeof`; the condition is set where the argument is one.
    case typeName(ValueNode)
    case conditionTypeName(ConditionNode)

    enum Arithmetic: Sendable {
        case add, subtract, multiply, divide, remainder
    }
}

/// An expression that is true, false or null.
indirect enum ConditionNode: Sendable {
    case constant(Bool?)
    case not(ConditionNode)
    case and(ConditionNode, ConditionNode)
    case or(ConditionNode, ConditionNode)
    case exclusiveOr(ConditionNode, ConditionNode)
    case compare(Relation, ValueNode, ValueNode)
    case isMissing(ValueNode)
    case conditionIsMissing(ConditionNode)
    case isKind(ValueKind, ValueNode)
    case isListed(ValueNode, [ValueNode])
    case isAmong(ValueNode, ListedValues)
    case like(ValueNode, LikeNode)
    case matches(ValueNode, PatternNode)
    case isInNetwork(network: ValueNode, address: ValueNode)
    case isValidJSON(ValueNode)
    case hasKey(object: ValueNode, key: ValueNode)
    /// `tobool`
    case converted(ValueNode)
    /// `searchmatch`: a search over the columns, of which `_raw` may be one.
    case search(Predicate<Int>, raw: Int?, columns: Int)
    case choose([(ConditionNode, ConditionNode)])
    case coalesce([ConditionNode])

    enum Relation: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

        func holds(_ comparison: Values.Comparison) -> Bool {
            switch self {
            case .equal: comparison == .same
            case .notEqual: comparison != .same
            case .less: comparison == .ascending
            case .lessOrEqual: comparison != .descending
            case .greater: comparison == .descending
            case .greaterOrEqual: comparison != .ascending
            }
        }
    }

    /// What `isnum`, `isstr` and their like ask for.
    enum ValueKind: Sendable {
        case number, integer, fraction, text, several, array, object
    }
}

/// The pattern of `like`: known when the search is compiled, or read from each row.
enum LikeNode: Sendable {
    case constant(LikePattern)
    case computed(ValueNode)
}

/// A regular expression: compiled with the search, or made from each row, where an invalid one is null.
enum PatternNode: Sendable {
    case constant(CompiledPattern)
    case computed(ValueNode, PatternCache)
}

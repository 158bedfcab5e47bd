/// How two values come one before the other.
public enum Comparison: Sendable {
    case ascending, same, descending

    /// The comparison with both sides changed over.
    public var reversed: Comparison {
        switch self {
        case .ascending: .descending
        case .same: .same
        case .descending: .ascending
        }
    }
}

extension Comparison {
    /// Bytewise, whatever the texts hold; a prefix comes before what continues it.
    public static func ofTexts(_ left: Text, _ right: Text) -> Comparison {
        let order = left.bytes.withUnsafeBytes { left in right.bytes.withUnsafeBytes { left.compare($0) } }
        return order < 0 ? .ascending : order == 0 ? .same : .descending
    }

    /// By value, so that 0 and -0 are the same. Neither may be NaN, which has no place in an order.
    public static func ofNumbers(_ left: Double, _ right: Double) -> Comparison {
        left < right ? .ascending : left == right ? .same : .descending
    }

    /// As numbers when both texts are numbers, else bytewise.
    public static func ofNumericTexts(_ left: Text, _ right: Text) -> Comparison {
        if let leftNumber = NumberText.parse(left), let rightNumber = NumberText.parse(right) {
            // Identifiers and file times beyond 2⁵³ differ in digits that doubles do not have.
            if leftNumber == rightNumber, leftNumber.magnitude >= 0x1p53, let leftWhole = Int64(left.string),
                let rightWhole = Int64(right.string)
            {
                return leftWhole < rightWhole ? .ascending : leftWhole == rightWhole ? .same : .descending
            }
            return ofNumbers(leftNumber, rightNumber)
        }
        return ofTexts(left, right)
    }
}

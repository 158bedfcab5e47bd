public import Values

/// Every choice of one value of each of several fields, the last field's changing fastest: the groups that a row with
/// multivalue by-fields is in, and what it is looked up or joined by.
public struct Combinations: Sequence, IteratorProtocol {
    /// The most that are told: there are none where there would be more.
    public static let largestCount = 1_000_000
    /// The most bytes that all of them may take together.
    public static let largestBytes = 256 << 20
    /// What is said of those that are more, behind the name of what combines.
    public static let excess =
        "combine to more than \(largestCount) groups each, or to more than \(largestBytes >> 20) MiB"

    /// How many there are: none where a field has no value.
    public let count: Int
    /// Whether there would be more than may be.
    public let isExcessive: Bool
    /// One value of each field, once ``advance()`` has turned to it.
    public private(set) var current: [Text] = []
    private let choices: [[Text]]
    private var places: [Int] = []
    private var isBegun = false

    /// - Parameter choices: the values of each field. Of no fields there is one combination, of nothing.
    public init(_ choices: [[Text]]) {
        self.choices = choices
        guard choices.allSatisfy({ !$0.isEmpty }) else {
            (count, isExcessive) = (0, false)
            return
        }
        var product = 1
        var width = 64
        for texts in choices {
            width += texts.reduce(0) { $0 + $1.bytes.count } / texts.count
            // Neither factor is so large that this overflows, as what was too many stays so.
            product = Swift.min(product * Swift.min(texts.count, Self.largestCount + 1), Self.largestCount + 1)
        }
        isExcessive = product > Self.largestCount || product * width > Self.largestBytes
        count = isExcessive ? 0 : product
    }

    /// Turns to the next one; false where there is none.
    public mutating func advance() -> Bool {
        guard isBegun else {
            isBegun = true
            guard count > 0 else { return false }
            current = choices.map { $0[0] }
            places = Array(repeating: 0, count: choices.count)
            return true
        }
        guard count > 0 else { return false }
        for field in choices.indices.reversed() {
            places[field] += 1
            let isOver = places[field] == choices[field].count
            if isOver { places[field] = 0 }
            current[field] = choices[field][places[field]]
            if !isOver { return true }
        }
        return false
    }

    /// The next one; `nil` where there is none.
    public mutating func next() -> [Text]? { advance() ? current : nil }

    /// How many there are: they are told one by one.
    public var underestimatedCount: Int { count }
}

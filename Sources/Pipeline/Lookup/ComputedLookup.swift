import Glibc
import Values

/// A lookup that makes its value of the one that is looked up, as scripts of apps do that detections rely on. It has no rows.
public enum ComputedLookup: String, CaseIterable, Sendable {
    /// The Shannon entropy of a text in bits a character, as the URL Toolbox app computes it: how random a name looks.
    case shannonEntropy = "ut_shannon_lookup"

    /// The column that is looked up, and the one that is made.
    var columns: (input: String, output: String) {
        switch self {
        case .shannonEntropy: ("word", "ut_shannon")
        }
    }

    /// The lookup as a table without rows.
    public var table: LookupTable {
        switch self {
        case .shannonEntropy: Self.shannonEntropyTable
        }
    }

    // One for all searches, which are compared by the tables that they name.
    private static let shannonEntropyTable = LookupTable(.shannonEntropy)

    func value(for text: Text) -> Double {
        switch self {
        case .shannonEntropy: Self.entropy(of: text.string)
        }
    }

    /// - Complexity: linear in the text's characters, which are Unicode scalars.
    private static func entropy(of text: String) -> Double {
        var counts: [Unicode.Scalar: Int] = [:]
        for scalar in text.unicodeScalars { counts[scalar, default: 0] += 1 }
        let length = Double(text.unicodeScalars.count)
        // In one order, so that the sum is the same in every run.
        return counts.values.sorted().reduce(0) { sum, count in
            let share = Double(count) / length
            return sum - share * log2(share)
        }
    }
}

import CKernels
import Matching

func matches(_ pattern: String, _ text: String, caseSensitive: Bool = false) -> Bool {
    matches(WildcardPattern(pattern, isCaseSensitive: caseSensitive), Array(text.utf8))
}

func matches(_ pattern: WildcardPattern, _ text: [UInt8]) -> Bool {
    text.withUnsafeBytes { pattern.matches($0) }
}

func passes(_ test: ValueTest, _ text: String) -> Bool {
    Array(text.utf8).withUnsafeBytes { test.matches($0) }
}

/// `field=pattern`, ignoring case.
func equals(_ field: String, _ pattern: String) -> Predicate<String> {
    .field(field, .equals(WildcardPattern(pattern)))
}

extension ScanTarget {
    /// Of a scan by pairs; none of one by words.
    var pairs: [trawl_pair] { if case .pairs(let pairs) = self { pairs } else { [] } }
}

import Matching

/// SplitMix64: the same sequence for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool {
        Int.random(in: 0..<times, using: &self) == 0
    }
}

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

import Hunting
import TestRandom
import TestSupport

/// Hunts with some of the rules of another hunt, over the same events: each rule has to find the same.
struct SubsetHunts {
    let rules: [HuntRule]
    let archive: GeneratedArchive
    let whole: GeneratedHunt

    /// Rules that find other rows than in the whole hunt, when they run alone and in random company.
    ///
    /// - Parameters:
    ///   - candidates: the rules that are looked at, by their places.
    ///   - sizes: how many of them run together, for each hunt.
    func differences(among candidates: [Int], sizes: [Int], seed: UInt64) async throws -> [String] {
        var random = SeededGenerator(seed: seed)
        let fruitful = candidates.filter { !whole.rows(of: $0).isEmpty }
        var differences: [String] = []
        for size in sizes {
            let pool = size == 1 ? fruitful : candidates
            let chosen = pool.shuffled(using: &random).prefix(size).sorted()
            let part = try await GeneratedHunt(chosen.map { rules[$0] }, over: archive, keepsMatches: false)
            for (place, rule) in chosen.enumerated() {
                let (found, expected) = (part.rows(of: place), whole.rows(of: rule))
                guard found != expected else { continue }
                let more = found.filter { !expected.contains($0) }
                let less = expected.filter { !found.contains($0) }
                differences.append(
                    "\(rules[rule].identity.name), one of \(size): more \(more.prefix(2)), less \(less.prefix(2))")
            }
        }
        return differences
    }
}

extension GeneratedHunt {
    /// What a rule found, row by row.
    func rows(of rule: Int) -> [String] {
        var one = HuntReport()
        one.rules = [report.rules[rule]]
        return HuntingTests.rows(one)
    }
}

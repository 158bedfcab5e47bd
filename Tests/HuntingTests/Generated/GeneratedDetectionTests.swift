import Aggregation
import Detections
import Hunting
import Matching
import Pipeline
import SPL
import TestSupport
import Testing

/// Searches over the datasets of endpoints, with events that satisfy their `where` and such that only just do not.
///
/// What is looked at is which events enter a search: what its later commands leave out is another matter.
struct DatasetSearches {
    var rules: [HuntRule] = []
    var targets: [GeneratedTarget] = []

    /// All compiled detections of a pack; targets for those over a dataset, and for such searches inside others.
    init(_ pack: DetectionPack) {
        for entry in pack.entries {
            guard let search = entry.search else { continue }
            var rule = HuntRule(
                identity: RuleIdentity(id: entry.detection.id, name: entry.detection.name, kind: .escu),
                state: .compiled(search), detection: entry.detection)
            add(rule, search.plan, named: entry.detection.name)
            for (number, inner) in Self.inside(search.plan).enumerated() {
                var plan = inner
                plan.commands = [.stats(Grouping(keys: [], functions: [AggregateCall(.count, column: "count")]))]
                rule.detection = nil
                rule.state = .compiled(CompiledSearch(plan: plan))
                add(rule, plan, named: "\(entry.detection.name), search \(number + 1) inside")
            }
        }
    }

    /// Searches that are written in the tests.
    init(_ searches: [(name: String, search: String)]) throws {
        for (name, text) in searches {
            let search = try SearchCompiler.compile(text)
            let rule = HuntRule(
                identity: RuleIdentity(id: name, name: name, kind: .search), state: .compiled(search))
            add(rule, search.plan, named: name)
        }
    }

    private mutating func add(_ rule: HuntRule, _ plan: SearchPlan, named name: String) {
        if let sources = Self.sources(of: plan) {
            targets.append(
                GeneratedTarget(rule: rules.count, name: name, condition: plan.filter, sources: sources))
        } else if rule.detection == nil {
            return
        }
        rules.append(rule)
    }

    func readsRisk(_ rule: Int) -> Bool {
        guard case .compiled(let search) = rules[rule].state, case .dataset("Risk", _) = search.plan.source else {
            return false
        }
        return true
    }

    private static func inside(_ plan: SearchPlan) -> [SearchPlan] {
        plan.searchesInside.flatMap { [$0.plan] + inside($0.plan) }
    }

    private static func sources(of plan: SearchPlan) -> [any EventSource]? {
        guard case .dataset("Endpoint", let name) = plan.source else { return nil }
        switch name {
        case "Processes": return ProcessSource.allCases
        case "Registry": return RegistrySource.allCases
        case "Filesystem": return FileSource.allCases
        default: return nil
        }
    }
}

@Suite("Detections over events made for them", .serialized)
struct GeneratedDetectionTests {
    @Test("events that satisfy an invented search are found in every shape, near misses are not")
    func samples() async throws {
        let searches = try DatasetSearches(SampleDetections.searches)
        let archive = GeneratedArchive(searches.targets)
        #expect(archive.rules == SampleDetections.searches.count)
        #expect(archive.withoutMatch == [])
        #expect(archive.withoutNearMiss == [])
        let hunt = try await GeneratedHunt(searches.rules, over: archive)
        #expect(hunt.surprises(in: archive).prefix(20) == [])
    }

    @Test(
        "with all shared detections loaded, events that satisfy a search are found in every shape, near misses are not",
        .enabled(if: SharedFolder.path("content/escu/detections") != nil, "no shared detections on this machine"))
    func sharedDetections() async throws {
        let pack = DetectionPack(paths: [try #require(SharedFolder.path("content/escu/detections"))])
        let searches = DatasetSearches(pack)
        let archive = GeneratedArchive(searches.targets)
        #expect(archive.rules == searches.targets.count)
        // Names of registry keys that hold a path, which only events with CIM names can have.
        #expect(archive.withoutMatch.count <= 8, "no events for \(archive.withoutMatch)")
        #expect(archive.withoutNearMiss.count <= 4, "no near misses for \(archive.withoutNearMiss)")
        let hunt = try await GeneratedHunt(searches.rules, over: archive)
        #expect(hunt.surprises(in: archive).prefix(20) == [])
        #expect(hunt.disagreements(in: archive, among: searches.targets).prefix(20) == [])
        // Searches over the risk of the hunt depend on the company they are in.
        let alone = searches.rules.indices.filter { searches.rules[$0].detection != nil && !searches.readsRisk($0) }
        let subsets = SubsetHunts(rules: searches.rules, archive: archive, whole: hunt)
        let differences = try await subsets.differences(among: alone, sizes: [1, 1, 20, 100], seed: 42)
        #expect(differences == [])
    }
}

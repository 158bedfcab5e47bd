import Testing

@testable import Telemetry

@Suite struct PlantingTests {
    @Test("as many are planted as are asked for, in every archive and by every recipe")
    func counts() {
        var options = GenerationOptions()
        options.findings = 300
        options.nearMisses = 350
        options.malformedLines = 30
        options.blankLines = 10
        let plants = Planter.plants(options, options.archivePlans)
        let all = plants.flatMap { $0 }
        for (kind, count) in [(Plant.Kind.finding, 300), (.nearMiss, 350), (.malformed, 30), (.blank, 10)] {
            #expect(all.count { $0.kind == kind } == count)
        }
        #expect(plants.allSatisfy { $0.contains { $0.kind == .finding } && $0.contains { $0.kind == .nearMiss } })
        #expect(Set(all.filter { $0.kind == .finding }.map(\.recipe)).count == Recipe.findings.count)
        #expect(Set(all.filter { $0.kind == .nearMiss }.map(\.recipe)).count == Recipe.nearMisses.count)
        #expect(plants.allSatisfy { plants in zip(plants, plants.dropFirst()).allSatisfy { $0.point <= $1.point } })
    }

    @Test("an execution recorded twice is one row, also across archives of different shapes")
    func copies() {
        var options = GenerationOptions()
        options.findings = 400
        options.shapes = [.nxlog, .evtxDump, .winlogbeat6, .winlogbeat7]
        let archives = options.archivePlans
        let population = Population(seed: 1, hosts: options.hosts, users: options.users)
        let factory = PlantFactory(seed: 1, population: population, sampler: EventSampler(population))
        let findings = Planter.plants(options, archives).flatMap { $0 }.filter { $0.kind == .finding }
        let groups = Dictionary(grouping: findings, by: \.group)
        #expect(groups.values.contains { Set($0.map { archives[$0.archive].shape }).count > 1 })
        for group in groups.values {
            let rows = Set(group.map { factory.finding($0, in: archives[$0.archive]).row })
            #expect(rows.count == 1)
            #expect(Set(group.map { factory.finding($0, in: archives[$0.archive]).time }).count == group.count)
        }
    }

    @Test("rows that are canonically equivalent and not the same stay apart")
    func equivalence() {
        func row(_ user: String) -> FindingRow {
            FindingRow(
                dest: "a", user: user, parentProcessName: "b", processName: "c", process: "d", processID: "1",
                parentProcessID: "2")
        }
        #expect(row("\u{FC}") != row("u\u{308}"))
        #expect(row("u\u{308}").precedes(row("\u{FC}")))
        #expect(!row("x").precedes(row("x")))
    }

    @Test("case changes touch ASCII letters only")
    func caseChanges() {
        #expect("Größe-K9 ı".asciiUppercased == "GRößE-K9 ı")
        #expect("GRÖSSE-K9".asciiLowercased == "grÖsse-k9")
        #expect("ab-cD e".asciiAlternating == "Ab-Cd E")
    }

    @Test("seconds have the decimals that are not zero")
    func seconds() {
        #expect(Expectations.seconds(1_741_590_489_123_456) == "1741590489.123456")
        #expect(Expectations.seconds(1_741_590_489_120_000) == "1741590489.12")
        #expect(Expectations.seconds(1_741_590_489_000_000) == "1741590489")
        #expect(Expectations.seconds(1_741_590_489_000_001) == "1741590489.000001")
    }
}

/// A line to be planted: where, and what it derives from. The line itself is made when its block is.
struct Plant: Sendable {
    enum Kind: String {
        case finding
        case nearMiss = "near_miss"
        case malformed
        case blank
    }

    var kind: Kind
    /// The place among the recipes of the kind.
    var recipe: Int
    var source: ProcessSource
    /// Plants of the same group are the same execution, recorded again.
    var group: UInt64
    /// What is different between plants of a group derives from this.
    var copy: UInt64
    var archive: Int
    /// Where in the archive, from 0 up to its target.
    var point: Int
}

/// Distributes plants over archives.
struct Planter {
    private var random: RandomStream
    private let archives: [ArchivePlan]
    private var plants: [Plant] = []
    private var group: UInt64 = 0

    /// The plants that the options ask for, in the order of archives and places.
    static func plants(_ options: GenerationOptions, _ archives: [ArchivePlan]) -> [[Plant]] {
        var planter = Planter(random: RandomStream(options.seed, 0x706C_616E), archives: archives)
        planter.addEvents(.finding, Recipe.findings, options.findings, repeating: true)
        planter.addEvents(.nearMiss, Recipe.nearMisses, options.nearMisses, repeating: false)
        planter.addLines(.malformed, DefectiveLine.malformed.count, options.malformedLines)
        planter.addLines(.blank, DefectiveLine.blank.count, options.blankLines)
        var result: [[Plant]] = Array(repeating: [], count: archives.count)
        for plant in planter.plants { result[plant.archive].append(plant) }
        return result.map { plants in
            plants.sorted { ($0.point, $0.group, $0.copy) < ($1.point, $1.group, $1.copy) }
        }
    }

    /// Adds planted events. Every archive has its turn, and every recipe that fits one.
    ///
    /// - Parameter repeating: Every fourth execution is recorded two to four times, also in other archives.
    private mutating func addEvents(_ kind: Plant.Kind, _ recipes: [Recipe], _ count: Int, repeating: Bool) {
        let order = random.shuffled(Array(archives.indices))
        var waiting = random.shuffled(Array(recipes.indices))
        var turn = 0
        var remaining = count
        while remaining > 0 {
            let archive = order[turn % order.count]
            let shape = archives[archive].shape
            turn += 1
            guard let place = waiting.firstIndex(where: { !recipes[$0].sources(in: shape).isEmpty }) else { continue }
            let recipe = waiting.remove(at: place)
            waiting.append(recipe)
            let source = random.pick(recipes[recipe].sources(in: shape))
            group += 1
            let copies = repeating && turn % 4 == 0 ? min(remaining, random.within(2...4)) : 1
            for copy in 0..<copies {
                let home = copy < 2 ? archive : anotherArchive(for: recipes[recipe], source) ?? archive
                plants.append(
                    Plant(
                        kind: kind, recipe: recipe, source: source, group: group, copy: UInt64(copy), archive: home,
                        point: random.below(archives[home].target)))
            }
            remaining -= copies
        }
    }

    private mutating func anotherArchive(for recipe: Recipe, _ source: ProcessSource) -> Int? {
        for _ in 0..<8 {
            let candidate = random.below(archives.count)
            if recipe.sources(in: archives[candidate].shape).contains(source) { return candidate }
        }
        return nil
    }

    private mutating func addLines(_ kind: Plant.Kind, _ recipes: Int, _ count: Int) {
        for index in 0..<count {
            group += 1
            let archive = random.below(archives.count)
            plants.append(
                Plant(
                    kind: kind, recipe: index % recipes, source: ProcessSource.all(in: archives[archive].shape)[0],
                    group: group, copy: 0, archive: archive, point: random.below(archives[archive].target)))
        }
    }
}

/// Makes planted lines and what is expected of them. The same plant always makes the same.
struct PlantFactory: Sendable {
    var seed: UInt64
    var population: Population
    var sampler: EventSampler

    /// An event and the layout that writes it.
    struct Event {
        var execution: Execution
        var layout: EventLayout
    }

    /// The event of a finding or near miss; for malformed lines, what is damaged.
    func event(_ plant: Plant, in archive: ArchivePlan) -> Event {
        var random = RandomStream(seed, 0x67_726F, plant.group)
        var copyRandom = RandomStream(seed, 0x636F_7079, plant.group, plant.copy)
        let block = archive.block(plant.point / archive.blockTarget)
        let time = block.time(at: plant.point % archive.blockTarget)
        var slots = [UInt64](repeating: 0, count: Slot.allCases.count)
        slots.withUnsafeMutableBufferPointer { slots in
            sampler.draw(&random, at: time, record: 700_000 + copyRandom.next() % 100_000, into: slots)
        }
        var execution = Execution(plant.source, slots: slots)
        let shell = Program.all.firstIndex { $0.original == "PowerShell.EXE" } ?? 0
        execution[.process] = UInt64(shell)
        execution[.processIdentity] = random.next()
        execution[.processNumber] = sampler.number(execution[.processIdentity])
        execution[.command] = UInt64(population.commands[shell].lowerBound)
        execution.setProgram(path: Kitchen.powerShellPath, original: Program.all[shell].original)
        var kitchen = Kitchen(random: random, population: population)
        switch plant.kind {
        case .nearMiss: Recipe.nearMisses[plant.recipe].apply(&execution, &kitchen)
        case .finding: Recipe.findings[plant.recipe].apply(&execution, &kitchen)
        case .malformed, .blank: execution.command = kitchen.command()
        }
        let variant = copyRandom.below(EventLayout.variants)
        return Event(execution: execution, layout: EventLayout(shape: archive.shape, variant: variant))
    }

    /// The line with its newline.
    func line(_ plant: Plant, in archive: ArchivePlan) -> [UInt8] {
        var random = RandomStream(seed, 0x6C69_6E65, plant.group, plant.copy)
        switch plant.kind {
        case .finding, .nearMiss:
            let event = event(plant, in: archive)
            return event.execution.line(event.layout, population)
        case .malformed:
            let event = event(plant, in: archive)
            let whole = event.execution.line(event.layout, population)
            return DefectiveLine.malformed[plant.recipe].make(whole, &random) + [0x0A]
        case .blank: return DefectiveLine.blank[plant.recipe].make([], &random) + [0x0A]
        }
    }

    /// Why the plant is what it is.
    func why(_ plant: Plant) -> String {
        switch plant.kind {
        case .finding: Recipe.findings[plant.recipe].why
        case .nearMiss: Recipe.nearMisses[plant.recipe].why
        case .malformed: DefectiveLine.malformed[plant.recipe].why
        case .blank: DefectiveLine.blank[plant.recipe].why
        }
    }

    /// The row that a finding belongs to, and its time in microseconds as precise as the shape writes it.
    func finding(_ plant: Plant, in archive: ArchivePlan) -> (row: FindingRow, time: UInt64) {
        let event = event(plant, in: archive)
        let hole = event.layout.time(of: event.execution.template)
        let word = hole.map { event.execution[$0.slot] } ?? 0
        return (event.execution.row(event.layout, population), hole?.form.truncated(word) ?? 0)
    }
}

extension Form {
    /// A time in microseconds as this form tells it.
    func truncated(_ microseconds: UInt64) -> UInt64 {
        switch self {
        case .isoMicroseconds, .isoNanoseconds: microseconds
        case .localSeconds: microseconds / 1_000_000 * 1_000_000
        default: microseconds / 1000 * 1000
        }
    }
}

import Glibc

/// Makes telemetry: archives, `expected.trawl.jsonl` and `expected_rows.trawl.jsonl`, which are no telemetry, so that a hunt
/// through the folder passes over them by their names.
///
/// `expected.trawl.jsonl` has one JSON object for each planted line, in the order of archives and lines: `archive`, `line`
/// (from 1), `offset` (bytes, before compression), `shape`, `kind` (`finding`, `near_miss`, `malformed`, `blank`) and `why`;
/// findings also have `row`, the fields that the detection groups by (`null` for a missing one), and `_time`; malformed lines
/// have `found_by`, `framing` if the first or last byte tells, else `parsing`. `expected_rows.trawl.jsonl` has the rows that
/// the detection yields over all archives together: the fields, `count`, `firstTime`, `lastTime`, in the detection's order.
///
/// - Parameters:
///   - directory: Is made if it does not exist; its parent must. Files of the same names are replaced.
///   - options: What to make. Bytes depend on nothing else, and not on `threads`.
/// - Returns: What was written.
/// - Throws: `GenerationError`; a cancelled task throws `.cancelled` within a block's time. No partial file stays behind.
/// - Complexity: Memory is bounded by the block size times the number of threads, whatever the size asked for.
public func generate(into directory: String, options: GenerationOptions) async throws(GenerationError)
    -> GenerationReport
{
    try options.validate()
    try createDirectory(directory)
    let generator = Generator(options, directory)
    // What an earlier run expected does not hold for the archives that are now written.
    for name in [Generator.plantsName, Generator.rowsName] { unlink("\(directory)/\(name)") }
    let archives = try await generator.writeArchives()
    return try generator.writeExpectations(archives)
}

struct Generator: Sendable {
    static let plantsName = "expected.trawl.jsonl"
    static let rowsName = "expected_rows.trawl.jsonl"

    let options: GenerationOptions
    let directory: String
    let archives: [ArchivePlan]
    let plants: [[Plant]]
    let factory: PlantFactory
    let renderers: [Shape: BlockRenderer]

    /// An archive that was written.
    struct Written: Sendable {
        var archive: GenerationReport.Archive
        var places: [PlantPlace]
    }

    init(_ options: GenerationOptions, _ directory: String) {
        self.options = options
        self.directory = directory
        archives = options.archivePlans
        plants = Planter.plants(options, archives)
        let population = Population(seed: options.seed, hosts: options.hosts, users: options.users)
        let sampler = EventSampler(population)
        factory = PlantFactory(seed: options.seed, population: population, sampler: sampler)
        var renderers: [Shape: BlockRenderer] = [:]
        let countsBytes = if case .bytes = options.size { true } else { false }
        for shape in Set(archives.map(\.shape)) {
            renderers[shape] = BlockRenderer(
                seed: options.seed, compiled: CompiledShape(shape, population), sampler: sampler,
                countsBytes: countsBytes)
        }
        self.renderers = renderers
    }

    /// Writes all archives: as many at a time as there are threads, and blocks beside each other where there are fewer archives
    /// than threads.
    func writeArchives() async throws(GenerationError) -> [Written] {
        let workers = min(options.threads, archives.count)
        let threadsEach = (options.threads + workers - 1) / workers
        var results: [Int: Written] = [:]
        var failure: GenerationError?
        await withTaskGroup(of: (Int, Result<Written, GenerationError>).self) { group in
            var next = 0
            func start() {
                guard next < archives.count else { return }
                let index = next
                next += 1
                group.addTask { (index, await self.result(of: index, threads: threadsEach)) }
            }
            for _ in 0..<workers { start() }
            for await (index, result) in group {
                switch result {
                case .success(let written):
                    results[index] = written
                    start()
                case .failure(let error):
                    // The first reason is the one to tell; the others only follow from the cancellation.
                    if failure == nil { failure = error }
                    next = archives.count
                    group.cancelAll()
                }
            }
        }
        if let failure { throw failure }
        return archives.indices.compactMap { results[$0] }
    }

    private func result(of index: Int, threads: Int) async -> Result<Written, GenerationError> {
        do throws(GenerationError) {
            return .success(try await writeArchive(archives[index], threads: threads))
        } catch {
            return .failure(error)
        }
    }

    /// Writes the expectations and returns the report.
    func writeExpectations(_ written: [Written]) throws(GenerationError) -> GenerationReport {
        var expectations = Expectations(factory)
        var file = try OutputFile(Self.plantsName, in: directory)
        for (archive, result) in zip(archives, written) {
            var lines: [UInt8] = []
            for place in result.places { lines += expectations.line(for: place, in: archive) }
            try file.write(lines)
        }
        _ = try file.commit()
        var rowsFile = try OutputFile(Self.rowsName, in: directory)
        for line in expectations.rowLines() { try rowsFile.write(line) }
        _ = try rowsFile.commit()
        return GenerationReport(
            archives: written.map(\.archive), findings: options.findings, nearMisses: options.nearMisses,
            rows: expectations.rows.count, plantsName: Self.plantsName, rowsName: Self.rowsName)
    }
}

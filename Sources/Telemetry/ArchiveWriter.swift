/// A block on its way into an archive.
private struct FinishedBlock: Sendable {
    /// Compressed where blocks are compressed by themselves.
    var stored: [UInt8]
    /// Before compression.
    var bytes: Int
    var events: Int
    var places: [(line: Int, offset: Int)]
    var plants: ArraySlice<Plant>
}

/// The state of an archive that is being written: blocks go in by their order.
private struct ArchiveWriter: ~Copyable {
    private let plan: ArchivePlan
    private let path: String
    private var file: OutputFile
    private let compressor: (any Compressor)?
    private var frames: [(stored: Int, bytes: Int)] = []
    private var result: Generator.Written

    init(_ plan: ArchivePlan, in directory: String) throws(GenerationError) {
        let path = "\(directory)/\(plan.name)"
        let compressor: (any Compressor)?
        do throws(CompressionFailure) {
            compressor = try plan.compression.makeCompressor()
        } catch {
            throw GenerationError(error, path)
        }
        let file = try OutputFile(plan.name, in: directory)
        self.plan = plan
        self.path = path
        self.compressor = compressor
        self.file = file
        result = Generator.Written(
            archive: .init(
                name: plan.name, shape: plan.shape, compression: plan.compression, events: 0, malformed: 0, blank: 0,
                bytes: 0, storedBytes: 0),
            places: [])
    }

    mutating func write(_ block: FinishedBlock) throws(GenerationError) {
        let lines = result.archive.lines
        for (plant, place) in zip(block.plants, block.places) {
            result.places.append(
                PlantPlace(plant: plant, line: lines + place.line + 1, offset: result.archive.bytes + place.offset))
            result.archive.malformed += plant.kind == .malformed ? 1 : 0
            result.archive.blank += plant.kind == .blank ? 1 : 0
        }
        result.archive.events += block.events
        result.archive.bytes += block.bytes
        guard let compressor else {
            if plan.compression == .zstdSeekable { frames.append((block.stored.count, block.bytes)) }
            return try file.write(block.stored)
        }
        try file.write(compress { () throws(CompressionFailure) in try compressor.compress(block.stored) })
    }

    /// Ends the archive and puts it in its place.
    consuming func finish() throws(GenerationError) -> Generator.Written {
        if let compressor {
            try file.write(compress { () throws(CompressionFailure) in try compressor.finish() })
        } else if plan.compression == .zstdSeekable {
            try file.write(SkippableFrame.seekTable(frames))
        }
        var written = result
        written.archive.storedBytes = try file.commit()
        return written
    }

    private func compress(_ body: () throws(CompressionFailure) -> [UInt8]) throws(GenerationError) -> [UInt8] {
        do throws(CompressionFailure) {
            return try body()
        } catch {
            throw GenerationError(error, path)
        }
    }
}

extension GenerationError {
    fileprivate init(_ failure: CompressionFailure, _ path: String) {
        self = .compression(path: path, library: failure.library, reason: failure.reason)
    }
}

extension Generator {
    /// Writes an archive, up to `threads` blocks being made beside the one that is written.
    func writeArchive(_ plan: ArchivePlan, threads: Int) async throws(GenerationError) -> Written {
        var writer = try ArchiveWriter(plan, in: directory)
        let groups = plantsByBlock(plan)
        guard threads > 1 else {
            for block in 0..<plan.blockCount { try writer.write(finished(plan, block, groups[block] ?? [])) }
            return try writer.finish()
        }
        var failure: GenerationError?
        await withTaskGroup(of: (Int, Result<FinishedBlock, GenerationError>).self) { group in
            // One block more than threads is begun, so that all have work while the oldest is written.
            var begun = 0
            func begin() {
                guard begun < plan.blockCount else { return }
                let block = begun
                begun += 1
                group.addTask { (block, self.result(of: plan, block, groups[block] ?? [])) }
            }
            for _ in 0...threads { begin() }
            var waiting: [Int: FinishedBlock] = [:]
            var next = 0
            for await (block, result) in group {
                do throws(GenerationError) {
                    waiting[block] = try result.get()
                    while let finished = waiting.removeValue(forKey: next) {
                        // Begun only now: what waits for an older block is bounded.
                        begin()
                        next += 1
                        try writer.write(finished)
                    }
                } catch {
                    failure = error
                    group.cancelAll()
                    return
                }
            }
        }
        if let failure { throw failure }
        return try writer.finish()
    }

    private func result(
        of plan: ArchivePlan, _ block: Int, _ plants: ArraySlice<Plant>
    ) -> Result<FinishedBlock, GenerationError> {
        do throws(GenerationError) {
            return .success(try finished(plan, block, plants))
        } catch {
            return .failure(error)
        }
    }

    /// The plants of each block that has any.
    private func plantsByBlock(_ plan: ArchivePlan) -> [Int: ArraySlice<Plant>] {
        let plants = self.plants[plan.index]
        var groups: [Int: ArraySlice<Plant>] = [:]
        var start = 0
        while start < plants.count {
            let block = plants[start].point / plan.blockTarget
            let end = plants[start...].firstIndex { $0.point / plan.blockTarget != block } ?? plants.count
            groups[block] = plants[start..<end]
            start = end
        }
        return groups
    }

    private func finished(
        _ plan: ArchivePlan, _ block: Int, _ plants: ArraySlice<Plant>
    ) throws(GenerationError) -> FinishedBlock {
        guard !Task.isCancelled, let renderer = renderers[plan.shape] else { throw .cancelled }
        let planted = plants.map { plant in
            PlantedLine(
                bytes: factory.line(plant, in: plan), point: plant.point % plan.blockTarget,
                isEvent: plant.kind == .finding || plant.kind == .nearMiss)
        }
        let rendered = renderer.render(plan.block(block), planted: planted)
        let stored: [UInt8]
        do throws(CompressionFailure) {
            stored = try plan.compression.compressBlock(rendered.bytes)
        } catch {
            throw GenerationError(error, "\(directory)/\(plan.name)")
        }
        return FinishedBlock(
            stored: stored, bytes: rendered.bytes.count, events: rendered.events,
            places: rendered.places, plants: plants)
    }
}

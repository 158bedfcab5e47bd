import Events

// Which datasets and logsources an event is in, all at once.
extension EventReader {
    /// The datasets and logsources that the event is in, in ascending order; valid until the next event.
    ///
    /// - Complexity: where the event's header was seen before, a look into a table, and the conditions that gates ask of other
    ///   fields than the header's.
    public func domains() -> UnsafeBufferPointer<Int32> {
        if !hasDomains {
            domainCount = 0
            if let candidates = candidates() {
                for candidate in candidates {
                    if candidate.source >= 0 {
                        note(source: Int(candidate.source), in: Int(candidate.dataset))
                    } else if source(in: Int(candidate.dataset)) < 0 {
                        continue
                    }
                    add(domain: candidate.dataset)
                }
            } else {
                for dataset in tables.datasets.indices where dataset != tables.eventsDataset {
                    if source(in: dataset) >= 0 { add(domain: Int32(dataset)) }
                }
            }
            hasDomains = true
        }
        return UnsafeBufferPointer(start: domainList, count: domainCount)
    }

    private func add(domain: Int32) {
        domainList[domainCount] = domain
        domainCount += 1
    }

    /// What the header leaves open; `nil` where it is too long to be remembered.
    private func candidates() -> UnsafeBufferPointer<DomainMemo.Candidate>? {
        let variant = currentVariant()
        guard let form else { return lookUpCandidates().flatMap { memo.candidates($0) } }
        if let known = headers.find(form, variant: variant, parser), let candidates = memo.candidates(known) {
            return candidates
        }
        guard let found = lookUpCandidates() else { return nil }
        if let slots = headerSlots() {
            headers.remember(found, slots: slots, form, variant: variant, parser)
        }
        return memo.candidates(found)
    }

    /// The slots that all of the header follows from; `nil` where that can't be told.
    private func headerSlots() -> [Int32]? {
        let header = tables.variants[currentVariant()]
        var slots: [Int32] = []
        for place in [header.eventID, header.channel, header.provider, header.gateChannel] {
            guard add(leavesOf: settled(place), to: &slots) else { return nil }
        }
        return slots
    }

    private func lookUpCandidates() -> DomainMemo.Found? {
        let variant = currentVariant()
        let header = tables.variants[variant]
        memo.begin(variant: variant)
        guard memo.add(text(of: header.eventID)), memo.add(text(of: header.channel)),
            memo.add(text(of: header.provider)),
            header.channel == header.gateChannel || memo.add(text(of: header.gateChannel))
        else { return nil }
        if let known = memo.find() { return known }
        var found: [DomainMemo.Candidate] = []
        for dataset in tables.datasets.indices where dataset != tables.eventsDataset {
            if let source = headerSource(in: dataset) {
                found.append(DomainMemo.Candidate(dataset: Int32(dataset), source: Int32(source)))
            }
        }
        return memo.store(found)
    }

    /// The source of a dataset that the header alone decides on, -1 where it does not; `nil` where it rules all of them out.
    private func headerSource(in dataset: Int) -> Int? {
        let variant = currentVariant()
        let span = tables.datasets[dataset]
        for index in span.indices {
            let source = tables.sources[index]
            let gate = tables.gates[Int(source.gates) + variant]
            guard headerAllows(source, gate, variant) else { continue }
            let isDecided = gate.alternatives.count == 0 && gate.constraints.count == 0 && tables.conjuncts[dataset] < 0
            return isDecided ? index - Int(span.start) : -1
        }
        return nil
    }
}

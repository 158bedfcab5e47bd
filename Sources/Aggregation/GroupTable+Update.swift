public import Values

extension GroupTable {
    /// Counts one event or row in, in the group of its by-fields; `key` is a buffer to reuse.
    ///
    /// A missing by-field drops the event, unless the grouping fills it. An event with a multivalue by-field counts in
    /// the group of each of the values (of each combination, for several such fields).
    @inlinable
    public mutating func update<Reader: AggregateReader>(from reader: inout Reader, key: inout GroupKeyBuffer) {
        key.removeAll()
        for position in 0..<keyCount {
            let input = reader.key(position)
            // Nearly always: nothing then touches a reference count.
            if case .bytes(let bytes) = input, !bytes.isEmpty, !hasSpans {
                key.append(bytes)
                continue
            }
            switch key.append(input, span: spans[position], fill: grouping.fill) {
            case .appended: continue
            case .missing: return
            case .several:
                updateEach(from: &reader, key: &key)
                return
            }
        }
        guard admits(key) else { return }
        if isCountOnly {
            countOccurrence(key)
        } else {
            let group = group(key)
            accumulate(from: &reader, in: group)
        }
    }

    @inlinable
    mutating func accumulate<Reader: AggregateReader>(from reader: inout Reader, in group: Int) {
        addOccurrence(to: group)
        if isCountOnly { return }
        let moment = reader.moment
        for function in functionsWithField {
            add(reader.argument(function), to: function, of: group, at: moment)
        }
    }

    /// The event in each group that the values of its by-fields combine to.
    @inlinable
    mutating func updateEach<Reader: AggregateReader>(from reader: inout Reader, key: inout GroupKeyBuffer) {
        let choices = spans.indices.map { position in
            GroupKeyBuffer.texts(of: reader.key(position), span: spans[position], fill: grouping.fill)
        }
        var combinations = Combinations(choices)
        if combinations.isExcessive { noteExcessiveEvent() }
        while combinations.advance() {
            key.removeAll()
            for text in combinations.current { key.append(text) }
            guard admits(key) else { continue }
            let group = group(key)
            accumulate(from: &reader, in: group)
        }
    }

    @usableFromInline
    mutating func noteExcessiveEvent() {
        excessiveEvents &+= 1
    }
}

extension GroupKeyBuffer {
    /// What came of adding a by-field.
    public enum Outcome: Sendable {
        case appended
        /// There is no value and nothing to fill it with: the event is in no group.
        case missing
        /// There are several values: the event is in several groups.
        case several
    }

    /// Adds a by-field as it was read: times in their bucket (``GroupKey/span``), missing values filled.
    public mutating func append(_ input: AggregateInput, span: Int64?, fill: Text?) -> Outcome {
        switch input {
        case .bytes(let bytes) where !bytes.isEmpty:
            if span != nil, let time = EpochText.nanoseconds(bytes) {
                append(EpochText.text(nanoseconds: EpochText.bucket(time, span: span)))
            } else {
                append(bytes)
            }
        case .time(let time): append(EpochText.text(nanoseconds: EpochText.bucket(time, span: span)))
        case .number, .several:
            let texts = GroupKeyBuffer.texts(of: input, span: span, fill: fill)
            guard texts.count == 1 else { return texts.isEmpty ? .missing : .several }
            append(texts[0])
        case .missing, .bytes:
            guard let fill else { return .missing }
            append(fill)
        }
        return .appended
    }

    /// The values of a by-field as texts: times in their bucket, missing values filled.
    @usableFromInline
    static func texts(of input: AggregateInput, span: Int64?, fill: Text?) -> [Text] {
        let texts: [Text] =
            switch input {
            case .missing: []
            case .bytes(let bytes): bytes.isEmpty ? [] : [Text(copying: bytes)]
            case .number(let number): number.isFinite ? [NumberText.text(number)] : []
            case .time(let time): [EpochText.text(nanoseconds: EpochText.bucket(time, span: span))]
            case .several(let texts): texts
            }
        if texts.isEmpty { return fill.map { [$0] } ?? [] }
        guard span != nil else { return texts }
        return texts.map { text in
            EpochText.nanoseconds(text).map {
                EpochText.text(nanoseconds: EpochText.bucket($0, span: span))
            } ?? text
        }
    }
}

import Aggregation
import Archives
import Events
import Matching
import Pipeline
import Schemas
import Values

/// What a worker reads of the event at hand.
extension HuntWorker {
    /// Where the event is in input and time.
    var moment: EventMoment {
        let order = EventOrder(
            archive: archive, segment: segment, offset: UInt64(truncatingIfNeeded: chunkOffset + offset))
        return EventMoment(order: order, time: reader.timestamp?.nanoseconds)
    }

    /// A field as an aggregate takes it.
    @inline(__always)
    func input(_ slot: Int) -> AggregateInput {
        if slot >= FieldAccess.timeSlot { return specialInput(slot) }
        let values = reader.values(of: slot)
        switch values.count {
        case 0: return .missing
        case 1: return .bytes(values[0])
        default: return .several((0..<values.count).map { Text(copying: values[$0]) })
        }
    }

    /// The value of `_raw`. It may have to be decoded; hardly any search asks for it more than once an event.
    private func rawField() -> UnsafeRawBufferPointer {
        reader.noteWhole()
        return reader.rawField(LineShape.trimmed(line))
    }

    private func rawText() -> UnsafeRawBufferPointer {
        reader.noteWhole()
        if let raw { return raw }
        let text = reader.rawText(LineShape.trimmed(line))
        raw = text
        return text
    }

    private func specialInput(_ slot: Int) -> AggregateInput {
        if slot == FieldAccess.timeSlot { return reader.timestamp.map { .time($0.nanoseconds) } ?? .missing }
        return .bytes(rawField())
    }

    /// A field as a cell of a row.
    func value(of slot: Int) -> Value {
        switch input(slot) {
        case .missing: .missing
        case .bytes(let bytes): bytes.isEmpty ? .missing : .text(Text(copying: bytes))
        case .number(let number): .number(number)
        case .time(let time): .text(EpochText.text(nanoseconds: time))
        case .several(let texts): .multivalue(texts)
        }
    }
}

extension HuntWorker: FieldReading {
    func domains() -> UnsafeBufferPointer<Int32> { reader.domains() }

    func exists(_ slot: Int) -> Bool {
        FieldAccess.isField(slot) ? reader.values(of: slot).exists : valueCount(of: slot) > 0
    }

    func isGiven(_ slot: Int) -> Bool {
        FieldAccess.isField(slot) ? reader.values(of: slot).isGiven : valueCount(of: slot) > 0
    }

    func hasEmptyText(_ slot: Int) -> Bool {
        FieldAccess.isField(slot) && reader.values(of: slot).hasEmptyText
    }

    func valueCount(of slot: Int) -> Int {
        if slot == PredicateSet.everyValueSlot { return reader.scalars.testedCount }
        if slot < FieldAccess.timeSlot { return reader.values(of: slot).testedCount }
        return slot == FieldAccess.timeSlot && reader.timestamp == nil ? 0 : 1
    }

    func written(_ slot: Int) -> WrittenValue {
        guard FieldAccess.isField(slot) else { return .unclear }
        switch reader.written(slot) {
        case .missing: return .missing
        case .one(let bytes, let isEncoded): return .one(bytes, isEncoded: isEncoded)
        case .derived(let bytes, let way): return .derived(bytes, way: way)
        case .unclear: return .unclear
        }
    }

    func value(_ index: Int, of slot: Int) -> UnsafeRawBufferPointer {
        if slot == PredicateSet.everyValueSlot { return reader.scalars[index] }
        if slot < FieldAccess.timeSlot { return reader.values(of: slot)[index] }
        if slot == FieldAccess.rawSlot { return rawField() }
        let text = reader.timestamp.map { EpochText.text(nanoseconds: $0.nanoseconds) } ?? Text("")
        return text.bytes.withUnsafeBytes { bytes in
            let count = min(bytes.count, timeText.count)
            timeText.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return UnsafeRawBufferPointer(rebasing: timeText[..<count])
        }
    }

    var form: EventForm? {
        reader.untouchedForm.map { EventForm(place: $0.place, generation: $0.generation) }
    }

    func beginNotes() { reader.beginNotes() }

    func endNotes(_ visit: (_ question: Int32) -> Void) -> Bool {
        guard let questions = reader.endNotes() else { return false }
        for question in questions { visit(question.number) }
        return true
    }

    func answer(to question: Int32) -> EventAnswer? {
        reader.answer(to: EventParser.Question(number: question)).map {
            EventAnswer(bytes: $0.text, kind: $0.kind.rawValue)
        }
    }

    func rawText(holds term: SearchTerm) -> Bool {
        reader.withoutNotes { isInRawText(term) }
    }

    var plainRawText: UnsafeRawBufferPointer? {
        reader.withoutNotes { reader.mayHoldUnicodeEscapes ? nil : rawText() }
    }

    private func isInRawText(_ term: SearchTerm) -> Bool {
        let raw = rawText()
        guard term.mayOccur(in: raw, hasUnicodeEscapes: reader.mayHoldUnicodeEscapes) else { return false }
        if term.pattern.occursAsPhrase(in: raw) { return true }
        if searchable.isEmpty { searchable = reader.searchableText(line) }
        for text in searchable where term.pattern.occursAsPhrase(in: text) { return true }
        return false
    }
}

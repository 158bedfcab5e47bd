import Values

/// `min` or `max`: as numbers while every value is a number, bytewise else.
struct RunningExtreme: RunningAggregate {
    private let isMaximum: Bool
    private var numbers = BestOfWindow<Double>()
    /// Of all values, numbers among them.
    private var texts = BestOfWindow<Text>()
    /// How many values are no numbers.
    private var others = 0

    init(isMaximum: Bool) { self.isMaximum = isMaximum }

    mutating func add(_ argument: RunningArgument) -> Int {
        let text = argument.text
        // An empty text would make texts of the numbers beside it.
        if text.isEmpty { return 0 }
        let before = heldBytes
        if let number = argument.number {
            add(number, argument)
        } else {
            others += 1
        }
        texts.add(text, of: argument, bytes: RunningArgument.bytes(of: text)) { isMaximum ? $0 < text : text < $0 }
        return heldBytes - before
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        if argument.number == nil, !argument.text.isEmpty { others -= 1 }
        let before = heldBytes
        numbers.removeAll(upTo: argument)
        texts.removeAll(upTo: argument)
        return before - heldBytes
    }

    func value() -> Value {
        if others > 0 { return texts.best.map { .text($0) } ?? .missing }
        return number.map { .number($0) } ?? .missing
    }

    /// Adds a number whose text does not matter.
    mutating func add(_ number: Double, _ argument: RunningArgument) {
        // Adding zero makes a negative zero positive, so that which of the two came first does not show.
        let number = number + 0.0
        numbers.add(number, of: argument, bytes: RunningArgument.entryBytes) { isMaximum ? $0 < number : number < $0 }
    }

    /// The lowest or highest of the numbers.
    var number: Double? { numbers.best }

    var heldBytes: Int { numbers.heldBytes + texts.heldBytes }
}

struct RunningRange: RunningAggregate {
    private var low = RunningExtreme(isMaximum: false)
    private var high = RunningExtreme(isMaximum: true)

    private var heldBytes: Int { low.heldBytes + high.heldBytes }

    mutating func add(_ argument: RunningArgument) -> Int {
        guard let number = argument.number else { return 0 }
        let before = heldBytes
        low.add(number, argument)
        high.add(number, argument)
        return heldBytes - before
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        guard argument.number != nil else { return 0 }
        return low.remove(argument) + high.remove(argument)
    }

    func value() -> Value {
        guard let low = low.number, let high = high.number else { return .missing }
        return Value.number(high - low).normalised
    }
}

/// `first`, `last`, `earliest` and `latest`.
struct RunningEnd: RunningAggregate {
    private let end: EndState.End
    private var states = BestOfWindow<EndState>()
    private let result: @Sendable (EndState) -> Value

    init(_ end: EndState.End, _ result: @escaping @Sendable (EndState) -> Value) {
        self.end = end
        self.result = result
    }

    var state: EndState { states.best ?? EndState() }

    mutating func add(_ argument: RunningArgument) -> Int {
        var state = EndState()
        argument.text.bytes.withUnsafeBytes {
            state.add($0, isNumber: argument.isComputed, at: argument.moment, end: end)
        }
        // What has no time is neither earliest nor latest.
        guard state.hasValue else { return 0 }
        let before = states.heldBytes
        states.add(state, of: argument, bytes: RunningArgument.entryBytes + state.value.count) {
            $0.yields(to: argument.moment.order, time: argument.moment.time, end: end)
        }
        return states.heldBytes - before
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        let before = states.heldBytes
        states.removeAll(upTo: argument)
        return before - states.heldBytes
    }

    func value() -> Value { result(state) }
}

struct RunningRate: RunningAggregate {
    private var earliest = RunningEnd(.earliest) { $0.result }
    private var latest = RunningEnd(.latest) { $0.result }

    mutating func add(_ argument: RunningArgument) -> Int { earliest.add(argument) + latest.add(argument) }

    mutating func remove(_ argument: RunningArgument) -> Int { earliest.remove(argument) + latest.remove(argument) }

    func value() -> Value { EndState.rate(from: earliest.state, to: latest.state) }
}

/// `list`: the first hundred values of the rows that are there.
struct RunningList: RunningAggregate {
    private var texts = SlidingQueue<Text>()
    /// What was told last, while nothing has changed.
    private var told: Value?

    mutating func add(_ argument: RunningArgument) -> Int {
        guard argument.leaves || texts.count < ListState.limit else { return 0 }
        let text = argument.text
        texts.append(text)
        if texts.count <= ListState.limit { told = nil }
        return RunningArgument.bytes(of: text)
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        texts.removeFirst()
        told = nil
        return RunningArgument.bytes(of: argument.text)
    }

    mutating func value() -> Value {
        let value = told ?? .list(Array(texts.present.prefix(ListState.limit)))
        told = value
        return value
    }
}

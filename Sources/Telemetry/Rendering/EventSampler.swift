/// Draws what fills the slots of an event, in the population's frequencies.
struct EventSampler: Sendable {
    private let hosts: FrequencyTable
    private let users: FrequencyTable
    private let programs: FrequencyTable
    private let libraries: FrequencyTable
    private let registry: FrequencyTable
    private let domains: FrequencyTable
    private let counts: Counts
    private let commandStarts: [UInt32]
    private let commandCounts: [UInt32]
    private let isService: [Bool]
    private let key: UInt64

    /// How many members there are of what is drawn evenly.
    private struct Counts {
        var files: UInt64
        var traces: UInt64
        var scripts: UInt64
        var runspaces: UInt64
        var remotes: UInt64
        var objects: UInt64
        var services: UInt64
        var integrities: UInt64
        var accesses: UInt64
    }

    init(_ population: Population) {
        hosts = FrequencyTable(zipfian: population.count(.hostName))
        users = FrequencyTable(zipfian: population.count(.userName) - Population.systemAccounts)
        programs = FrequencyTable(zipfian: population.count(.image))
        libraries = FrequencyTable(zipfian: population.count(.libraryPath))
        registry = FrequencyTable(zipfian: population.count(.registryObject))
        domains = FrequencyTable(zipfian: population.count(.domainName))
        func count(_ column: Column) -> UInt64 { UInt64(population.count(column)) }
        counts = Counts(
            files: count(.filePath), traces: count(.trace), scripts: count(.scriptText),
            runspaces: count(.runspaceApplication), remotes: count(.remoteAddress), objects: count(.objectName),
            services: count(.serviceName), integrities: count(.integrityName), accesses: count(.accessMask))
        commandStarts = population.commands.map { UInt32($0.lowerBound) }
        commandCounts = population.commands.map { UInt32($0.count) }
        isService = population.isService
        key = population.key
    }

    /// Fills all slots for an event at a time, in microseconds since 1970 UTC.
    @inline(__always)
    func draw(
        _ random: inout RandomStream, at time: UInt64, record: UInt64, into slots: UnsafeMutableBufferPointer<UInt64>
    ) {
        @inline(__always) func set(_ slot: Slot, _ word: UInt64) { slots[slot.rawValue] = word }
        @inline(__always) func even(_ bits: UInt64, _ count: UInt64) -> UInt64 { ((bits & 0xFFFF) &* count) &>> 16 }

        let first = random.next()
        let host = hosts[first]
        let process = programs[first &>> 12]
        let parent = programs[first &>> 24]
        let target = programs[first &>> 36]
        let person = UInt64(Population.systemAccounts + users[first &>> 48])
        let second = random.next()
        // Of the system's accounts SYSTEM runs nearly everything.
        let system: UInt64 = second & 7 == 0 ? 1 &+ (second &>> 3 & 1) : 0
        let user = isService[process] ? system : person
        set(.host, UInt64(host))
        set(.user, user)
        set(.account, UInt64(Population.systemAccounts + users[second &>> 4]))
        set(.process, UInt64(process))
        set(.parent, UInt64(parent))
        set(.target, UInt64(target))
        set(.command, command(of: process, second &>> 16))
        set(.parentCommand, command(of: parent, second &>> 32))
        set(.library, UInt64(libraries[second &>> 48]))
        let third = random.next()
        set(.registry, UInt64(registry[third]))
        set(.domain, UInt64(domains[third &>> 12]))
        set(.file, even(third &>> 24, counts.files))
        set(.trace, even(third &>> 40, counts.traces))
        set(.integrity, even(third &>> 48, counts.integrities))
        let fourth = random.next()
        set(.script, even(fourth, counts.scripts))
        set(.runspace, even(fourth &>> 16, counts.runspaces))
        set(.remote, even(fourth &>> 32, counts.remotes))
        set(.object, even(fourth &>> 48, counts.objects))
        let fifth = random.next()
        set(.service, even(fifth, counts.services))
        set(.access, even(fifth &>> 16, counts.accesses))
        set(.thread, (fifth &>> 24 & 0xFFF) &* 4 &+ 8)
        set(.handle, (fifth &>> 32 & 0x3FFF) &* 4 &+ 16)
        set(.port, 49_152 &+ (fifth &>> 40 & 0x3FFF))
        set(.remotePort, Self.remotePorts[Int(truncatingIfNeeded: fifth &>> 60)])
        set(.record, record)
        let home = key ^ UInt64(host) &<< 40
        set(.agentNumber, number(mixed(home)))
        let instance = fifth &>> 54 & 7
        identify(.processIdentity, .processNumber, home, process, instance: instance, slots)
        // A process is not its own parent.
        let parentInstance = parent == process ? (instance &+ 1) & 7 : fifth &>> 57 & 1
        identify(.parentIdentity, .parentNumber, home, parent, instance: parentInstance, slots)
        identify(.targetIdentity, .targetNumber, home, target, instance: fifth &>> 58 & 3, slots)
        let session = mixed(home ^ user &<< 8 ^ 0x5E55)
        set(.logonIdentity, session)
        set(.logon, user < 3 ? 0x3E7 &- (user &* 2) : session & 0xFF_FFFF | 0x1_0000)
        let nonce = random.next()
        set(.nonce, nonce)
        set(.digest, mixed(nonce))
        let happened = time &+ (nonce &>> 44 & 0xFFF)
        let created = happened &+ (nonce & 0x7FFF)
        set(.happened, happened)
        set(.created, created)
        set(.received, created &+ 200_000 &+ (nonce &>> 16 & 0x1FF_FFFF))
    }

    private static let remotePorts: [UInt64] = [
        443, 443, 443, 443, 80, 53, 53, 88, 389, 445, 135, 5985, 8080, 3389, 123, 49_667,
    ]

    @inline(__always)
    private func command(of program: Int, _ bits: UInt64) -> UInt64 {
        UInt64(commandStarts[program]) &+ (((bits & 0xFFFF) &* UInt64(commandCounts[program])) &>> 16)
    }

    /// The number of a process: a multiple of four, as Windows numbers them.
    @inline(__always)
    func number(_ identity: UInt64) -> UInt64 { (identity &>> 44 & 0x1FFF) &* 4 &+ 400 }

    /// The same program on the same host is one of a few processes, so that identities recur as they do in life.
    @inline(__always)
    private func identify(
        _ identity: Slot, _ number: Slot, _ home: UInt64, _ program: Int, instance: UInt64,
        _ slots: UnsafeMutableBufferPointer<UInt64>
    ) {
        let word = mixed(home ^ UInt64(program) &<< 8 ^ instance)
        slots[identity.rawValue] = word
        slots[number.rawValue] = self.number(word)
    }
}

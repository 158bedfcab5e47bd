/// The computers, people, programs and things that events speak of. Derived from the seed and the sizes asked for.
struct Population: Sendable {
    /// The texts of each column, addressed by `Column.rawValue`.
    private(set) var columns: [[String]] = Array(repeating: [], count: Column.allCases.count)
    /// Where each program's command lines are among the column `command`.
    private(set) var commands: [Range<Int>] = []
    /// Whether the system's accounts run the program.
    private(set) var isService: [Bool] = []
    /// A secret of the seed, from which identities derive.
    let key: UInt64

    /// The accounts of the system come first among the users.
    static let systemAccounts = 3

    /// The texts of a column.
    subscript(column: Column) -> [String] {
        get { columns[column.rawValue] }
        _modify { yield &columns[column.rawValue] }
    }

    /// The number of members of the column that a slot indexes.
    func count(_ column: Column) -> Int { self[column].count }

    init(seed: UInt64, hosts: Int, users: Int) {
        var random = RandomStream(seed, 0x706F_7075)
        key = random.next()
        addHosts(hosts, &random)
        addUsers(users, &random)
        var expander = TextExpander(
            random: random, users: Array(self[.userName].dropFirst(Self.systemAccounts)), hosts: self[.hostShort])
        addPrograms(&expander)
        addThings(&expander)
        addScripts(&expander)
    }

    private mutating func addHosts(_ count: Int, _ random: inout RandomStream) {
        for index in 0..<count {
            let short = "\(random.pick(Vocabulary.places))-\(random.pick(Vocabulary.roles))\(1000 + index)"
            self[.hostShort].append(short)
            self[.hostName].append("\(short).corp.northwind.example")
            self[.hostAccount].append(short + "$")
            self[.hostAddress].append("10.\(16 + index / 250).\(random.below(200)).\(1 + index % 250)")
            let agent = String(random.next() | 1 << 63, radix: 16) + String(random.next() | 1 << 63, radix: 16)
            self[.hostAgent].append(agent)
        }
    }

    private mutating func addUser(_ domain: String, _ name: String, _ sid: String) {
        self[.userDomain].append(domain)
        self[.userName].append(name)
        self[.userQualified].append("\(domain)\\\(name)")
        self[.userSID].append(sid)
    }

    private mutating func addUsers(_ count: Int, _ random: inout RandomStream) {
        addUser("NT AUTHORITY", "SYSTEM", "S-1-5-18")
        addUser("NT AUTHORITY", "LOCAL SERVICE", "S-1-5-19")
        addUser("NT AUTHORITY", "NETWORK SERVICE", "S-1-5-20")
        let domain = "S-1-5-21-\(random.below(1 << 32))-\(random.below(1 << 32))-\(random.below(1 << 32))"
        var taken: Set<String> = []
        for index in 0..<count {
            var name = "\(random.pick(Vocabulary.givenNames)).\(random.pick(Vocabulary.familyNames))"
            if !taken.insert(name).inserted { name += String(index) }
            addUser("NORTHWIND", name, "\(domain)-\(1100 + index)")
        }
    }

    private mutating func addPrograms(_ expander: inout TextExpander) {
        for program in Program.all {
            let name = String(
                decoding: program.path.utf8.split(separator: UInt8(ascii: "\\")).last ?? [], as: UTF8.self)
            let device =
                program.path.hasPrefix("C:") ? "\\Device\\HarddiskVolume3\(program.path.dropFirst(2))" : program.path
            self[.image].append(program.path)
            self[.deviceImage].append(device)
            self[.deviceImageLowered].append(device.lowercased())
            self[.program].append(name)
            self[.original].append(program.original)
            self[.description].append(program.description)
            self[.product].append(program.vendor.product)
            self[.company].append(program.vendor.company)
            self[.version].append(program.vendor.version)
            let hashes = expander.hashes()
            self[.hashes].append(hashes.all)
            self[.sha256].append(hashes.sha256)
            self[.md5].append(hashes.md5)
            self[.directory].append(
                program.isService ? "C:\\Windows\\system32\\" : expander.expand("C:\\Users\\%u\\"))
            isService.append(program.isService)
            let start = self[.command].count
            // Commands with something to fill in occur in several forms.
            for command in program.commands {
                let repetitions = command.utf8.contains(UInt8(ascii: "%")) ? 12 : 1
                for _ in 0..<repetitions { self[.command].append(expander.expand(command)) }
            }
            commands.append(start..<self[.command].count)
        }
    }

    private mutating func addRows(
        _ table: String, _ repetitions: Int, _ targets: [Column], _ expander: inout TextExpander
    ) {
        for _ in 0..<repetitions {
            for line in table.split(separator: "\n") {
                for (target, cell) in zip(targets, line.split(separator: "|", omittingEmptySubsequences: false)) {
                    self[target].append(expander.expand(String(cell)))
                }
            }
        }
    }

    private mutating func addThings(_ expander: inout TextExpander) {
        addRows(
            Vocabulary.libraries, 3, [.libraryPath, .libraryOriginal, .libraryDescription, .libraryCompany], &expander)
        for company in self[.libraryCompany] {
            self[.libraryHashes].append(expander.hashes().all)
            self[.librarySigned].append(company.hasPrefix("Python") ? "false" : "true")
        }
        addRows(Vocabulary.registry, 8, [.registryObject, .registryValueName, .registryDetails], &expander)
        addRows(Vocabulary.files, 24, [.filePath], &expander)
        self[.fileName] = self[.filePath].map { path in
            String(decoding: path.utf8.split(separator: UInt8(ascii: "\\")).last ?? [], as: UTF8.self)
        }
        addRows(
            Vocabulary.objects, 6, [.objectType, .objectName, .objectAccesses, .objectMask, .objectServer], &expander)
        for domain in Vocabulary.domains {
            self[.domainName].append(domain)
            self[.domainResults].append(expander.expand("::ffff:%i;::ffff:%i;"))
        }
        for _ in 0..<120 {
            self[.remoteAddress].append(expander.expand("%i"))
            self[.remoteName].append(expander.random.pick(self[.hostName] + Vocabulary.domains))
        }
        for _ in 0..<160 {
            let depth = expander.random.within(6...26)
            let frames = (0..<depth).map { index in
                let module = index == 0 ? Vocabulary.modules[0] : expander.random.pick(Vocabulary.modules)
                return "\(module)+\(String(expander.random.within(0x1000...0xFFFFF), radix: 16))"
            }
            self[.trace].append(frames.joined(separator: "|"))
        }
        for word in TextExpander.words {
            for state in ["running", "stopped"] {
                self[.serviceName].append(word)
                self[.serviceState].append(state)
                self[.serviceImage].append("\"C:\\Program Files\\Northwind Suite\\\(word)\\\(word).exe\" -service")
            }
        }
        for (name, label) in [("Medium", 8192), ("System", 16384), ("High", 12288), ("Low", 4096)] {
            self[.integrityName].append(name)
            self[.integrityLabel].append("S-1-16-\(label)")
        }
        self[.accessMask] = ["0x1000", "0x1400", "0x1410", "0x40", "0x3000", "0x101541", "0x1FFFFF"]
    }

    private mutating func addScripts(_ expander: inout TextExpander) {
        for _ in 0..<6 {
            for script in Vocabulary.scripts {
                self[.scriptText].append(expander.expand(script))
                self[.scriptPath].append(
                    expander.random.below(3) == 0 ? expander.expand("C:\\ProgramData\\Deploy\\%w-%d.ps1") : "")
            }
        }
        for _ in 0..<48 {
            self[.runspaceApplication].append(expander.expand(expander.random.pick(Vocabulary.applications)))
            let depth = expander.random.within(1...6)
            let invocations = (0..<depth).map { _ in expander.expand(expander.random.pick(Vocabulary.invocations)) }
            self[.runspaceInvocation].append(invocations.joined(separator: "\r\n"))
            self[.runspaceVersion].append(expander.random.pick(["5.1.19041.3803", "5.1.22621.2506", "7.4.1"]))
        }
    }
}

extension TextExpander {
    /// Hashes of nothing in particular, together as Sysmon writes them.
    fileprivate mutating func hashes() -> (all: String, sha256: String, md5: String) {
        func text(_ digits: [UInt8]) -> String { String(decoding: digits, as: UTF8.self) }
        let sha1 = text(hexadecimal(40, uppercase: true))
        let md5 = text(hexadecimal(32, uppercase: true))
        let sha256 = text(hexadecimal(64, uppercase: true))
        let imports = text(hexadecimal(32, uppercase: true))
        return ("SHA1=\(sha1),MD5=\(md5),SHA256=\(sha256),IMPHASH=\(imports)", sha256.lowercased(), md5.lowercased())
    }
}

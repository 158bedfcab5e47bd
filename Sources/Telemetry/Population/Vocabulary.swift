/// The words that the population is made of.
enum Vocabulary {
    static let givenNames = [
        "anna", "jonas", "maria", "peter", "sofia", "lukas", "emma", "felix", "laura", "tobias", "julia", "martin",
        "jürgen", "bjørn", "zoë", "françois", "дмитрий", "ольга", "美咲", "伟", "łukasz", "søren", "ayşe", "nguyễn",
    ]

    static let familyNames = [
        "weber", "schmidt", "fischer", "becker", "huber", "lang", "vogel", "krause", "müller", "größmann", "novák",
        "иванова", "田中", "o'neill", "garcía", "kowalski",
    ]

    static let places = ["BER", "MUC", "VIE", "ZRH", "OSL", "GOT"]
    static let roles = ["WS", "NB", "SRV", "DC", "SQL", "TS"]

    /// `path|original file name|description|company`.
    static let libraries = #"""
        C:\Windows\System32\ntdll.dll|ntdll.dll|NT Layer DLL|Microsoft Windows
        C:\Windows\System32\kernel32.dll|kernel32|Windows NT BASE API Client DLL|Microsoft Windows
        C:\Windows\System32\KernelBase.dll|Kernelbase|Windows NT BASE API Client DLL|Microsoft Windows
        C:\Windows\System32\user32.dll|user32|Multi-User Windows USER API Client DLL|Microsoft Windows
        C:\Windows\System32\combase.dll|COMBASE.DLL|Microsoft COM for Windows|Microsoft Windows
        C:\Windows\System32\rpcrt4.dll|rpcrt4.dll|Remote Procedure Call Runtime|Microsoft Windows
        C:\Windows\System32\crypt32.dll|CRYPT32.DLL|Crypto API32|Microsoft Windows
        C:\Windows\System32\bcryptprimitives.dll|bcryptprimitives.dll|Windows Cryptographic Primitives Library|Microsoft Windows
        C:\Windows\System32\wbem\wbemprox.dll|wbemprox.dll|WMI|Microsoft Windows
        C:\Windows\System32\wbem\fastprox.dll|fastprox.dll|WMI Custom Marshaller|Microsoft Windows
        C:\Windows\System32\amsi.dll|amsi.dll|Anti-Malware Scan Interface|Microsoft Windows
        C:\Windows\Microsoft.NET\Framework64\v4.0.30319\clr.dll|clr.dll|Microsoft .NET Runtime Common Language Runtime|Microsoft Corporation
        C:\Windows\assembly\NativeImages_v4.0.30319_64\mscorlib\%x%x%x%x\mscorlib.ni.dll|mscorlib.dll|Microsoft Common Language Runtime Class Library|Microsoft Corporation
        C:\Windows\System32\taskschd.dll|taskschd.dll|Task Scheduler COM API|Microsoft Windows
        C:\Windows\System32\samlib.dll|SAMLib.DLL|SAM Library DLL|Microsoft Windows
        C:\Program Files\Northwind Suite\Agent\nwhook64.dll|nwhook.dll|Northwind Interceptor|Northwind Software GmbH
        C:\Users\%u\AppData\Local\Temp\_MEI%d\python311.dll|python311.dll|Python Core|Python Software Foundation
        """#

    /// `key|value name|data`.
    static let registry = #"""
        HKLM\System\CurrentControlSet\Services\Tcpip\Parameters|DhcpNameServer|%i %i
        HKLM\System\CurrentControlSet\Services\bam\State\UserSettings\S-1-5-21-%l-%l-%l-%d|\Device\HarddiskVolume3\Windows\explorer.exe|Binary Data
        HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run|NorthwindTray|"C:\Program Files\Northwind Suite\tray.exe" /silent
        HKU\S-1-5-21-%l-%l-%l-%d\Software\Microsoft\Windows\CurrentVersion\Explorer\UserAssist\{%g}\Count|P:\Jvaqbjf\Rkcybere.rkr|Binary Data
        HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tasks\{%g}|DynamicInfo|Binary Data
        HKLM\System\CurrentControlSet\Services\W32Time\Config|LastKnownGoodTime|QWORD (0x01d9%x-0x%x)
        HKCR\CLSID\{%g}\InprocServer32|ThreadingModel|Both
        HKU\S-1-5-21-%l-%l-%l-%d\Software\Größe & Maß\Einstellungen|Letzter Ordner|C:\Users\%u\Документы
        HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging|EnableScriptBlockLogging|DWORD (0x00000001)
        HKLM\SYSTEM\CurrentControlSet\Control\Lsa|RunAsPPL|DWORD (0x00000001)
        HKLM\SOFTWARE\Microsoft\SystemCertificates\Root\Certificates\%x%x%x%x%x|Blob|Binary Data
        """#

    static let files = #"""
        C:\Users\%u\AppData\Local\Temp\__PSScriptPolicyTest_%x.%x.ps1
        C:\Windows\Prefetch\SVCHOST.EXE-%x.pf
        C:\Users\%u\AppData\Local\Google\Chrome\User Data\Default\Cache\Cache_Data\f_%x
        C:\Windows\System32\config\systemprofile\AppData\Local\Microsoft\Windows\PowerShell\StartupProfileData-NonInteractive
        C:\ProgramData\Northwind\queue\%g.json
        C:\Users\%u\Documents\Bücher & Notizen\Kapitel %d.docx
        C:\Users\%u\Desktop\写真 %d.jpg
        C:\Users\%u\Downloads\setup-%d.exe
        C:\Windows\Temp\~DF%x.TMP
        C:\Users\%u\AppData\Roaming\Microsoft\Windows\Recent\заметки %d.lnk
        \\%h\public$\🚀 launch\plan-%d.xlsx
        """#

    static let domains = [
        "login.microsoftonline.com", "outlook.office365.com", "ctldl.windowsupdate.com", "www.google.com",
        "settings-win.data.microsoft.com", "update.northwind.example", "wpad.corp.northwind.example",
        "telemetry.northwind.example", "cdn.example.net", "xn--mller-kva.example", "storage.example.org",
        "_ldap._tcp.dc._msdcs.corp.northwind.example", "time.windows.com", "api.github.com", "packages.example.com",
    ]

    /// `type|name|accesses|mask|server`.
    static let objects = #"""
        Key|\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\%w|%%%%4432 %%%%4435|0x20019|Security
        Key|\REGISTRY\MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Perflib|%%%%4432|0x1|Security
        File|C:\Windows\System32\config\%w.LOG1|%%%%4416 %%%%4423|0x120089|Security
        File|C:\Users\%u\Documents\Größe %d.txt|%%%%1537 %%%%4417|0x10002|Security
        Process|\Device\HarddiskVolume3\Windows\System32\lsass.exe|%%%%4484|0x1410|Security
        SAM_USER|CN=%u,OU=People,DC=corp,DC=northwind,DC=example|%%%%5440 %%%%5441|0x1|Security Account Manager
        SC_MANAGER OBJECT|ServicesActive|%%%%7168 %%%%7170|0x5|SC Manager
        """#

    /// PowerShell: what a script block, a pipeline and a host application look like.
    static let scripts = [
        "function Get-Inventory {\n    param([string]$Site)\n    Get-CimInstance Win32_ComputerSystem |\n        Select-Object Name, Model, @{n='Site';e={$Site}}\n}\nGet-Inventory -Site '%w'",
        "$items = Get-ChildItem -Path \"C:\\ProgramData\\%w\" -Filter *.log -Recurse\nforeach ($item in $items) { if ($item.Length -gt %dKB) { Remove-Item $item.FullName -WhatIf } }",
        "Set-StrictMode -Version Latest; $global:LastExitCode = 0; prompt",
        "{ Set-StrictMode -Version 1; $_.PSMessageDetails }",
        "Import-Module ActiveDirectory\nGet-ADUser -Filter {Enabled -eq $true} -Properties mail | Where-Object { $_.mail -like '*@%w.example' } | Export-Csv \"\\\\%h\\c$\\Temp\\%x.csv\" -Encoding UTF8",
        "# täglicher Abgleich — Größe prüfen\n$größe = (Get-Item 'C:\\Daten\\Übersicht.xlsx').Length\nWrite-Host \"Größe: $größe Bytes ✓\"",
        "$payload = '%b'\n[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($payload)) | Out-File C:\\Temp\\%x.txt",
        "Get-WmiObject -Class Win32_Process -Filter \"Name = '%w.exe'\" | ForEach-Object { $_.GetOwner().User }",
    ]

    static let invocations = [
        "CommandInvocation(Out-Default): \"Out-Default\"",
        "CommandInvocation(Get-ChildItem): \"Get-ChildItem\"\r\nParameterBinding(Get-ChildItem): name=\"Path\"; value=\"C:\\Users\\%u\\Documents\"",
        "CommandInvocation(Select-Object): \"Select-Object\"\r\nParameterBinding(Select-Object): name=\"Property\"; value=\"Name, Length\"\r\nParameterBinding(Select-Object): name=\"InputObject\"; value=\"%h\"",
        "CommandInvocation(Add-Member): \"Add-Member\"\r\nParameterBinding(Add-Member): name=\"MemberType\"; value=\"NoteProperty\"\r\nParameterBinding(Add-Member): name=\"Name\"; value=\"Größe\"\r\nParameterBinding(Add-Member): name=\"Value\"; value=\"%d <KB> & more\"",
        "CommandInvocation(Get-WmiObject): \"Get-WmiObject\"\r\nParameterBinding(Get-WmiObject): name=\"Class\"; value=\"Win32_LogicalDisk\"\r\nParameterBinding(Get-WmiObject): name=\"ComputerName\"; value=\"%h\"",
    ]

    static let applications = [
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoProfile -File C:\\ProgramData\\Deploy\\inventory.ps1",
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoLogo -Sta -WindowStyle Hidden -EncodedCommand %b%b",
        "powershell.exe -Command \"& 'C:\\Tools\\%w.ps1' -Target %h\"",
        "C:\\Program Files\\PowerShell\\7\\pwsh.exe -NoExit",
        "C:\\Windows\\system32\\wsmprovhost.exe -Embedding",
    ]

    static let modules = [
        "C:\\Windows\\SYSTEM32\\ntdll.dll", "C:\\Windows\\System32\\KERNELBASE.dll",
        "C:\\Windows\\System32\\RPCRT4.dll",
        "C:\\Windows\\System32\\combase.dll", "C:\\Windows\\System32\\KERNEL32.DLL",
        "C:\\Windows\\System32\\shcore.dll",
        "C:\\Windows\\System32\\windows.storage.dll", "c:\\windows\\system32\\lsm.dll",
        "C:\\Windows\\System32\\SHELL32.dll",
        "c:\\windows\\system32\\windows.staterepository.dll", "C:\\Windows\\system32\\wbem\\cimwin32.dll",
        "C:\\Program Files\\Northwind Suite\\Agent\\nwhook64.dll",
    ]
}

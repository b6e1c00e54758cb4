"""What people choose most often, in lower case: passwords long enough to pass, and the words inside them."""

COMMON = frozenset(
    """
    password passwort passwords passw0rd p@ssword p@ssw0rd pa$$word password1 password12 password123
    password1234 passwordpassword mypassword newpassword changeme changemenow changeit letmein
    letmeinplease letmein123 welcome welcome1 welcome123 welcome1234 welcomeback secret secret123
    secretsecret topsecret admin administrator administrator1 admin123 admin1234 admin12345 adminadmin
    rootroot superuser sysadmin default defaultpassword qwerty qwerty1 qwerty12 qwerty123 qwerty1234
    qwerty12345 qwertyuiop qwertyuiop1 qwertyuiopas qwertyqwerty qwertzuiop qwertzuiopü azertyuiop
    asdfghjkl asdfghjkl1 asdfasdf asdfasdfasdf asdfghjklö zxcvbnm zxcvbnm123 zaq12wsx zaq1zaq1 1qaz2wsx
    1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 qazwsxedc qazwsxedcrfv
    123qweasdzxc qweasdzxc qweasdzxc123 1234qwer 12345qwert 123456qwerty abc123 abcd1234 abcdefgh
    abcdefghij abcdefghijk abc123456 abc1234567 abcd123456 a123456789 aa12345678 aa123456789 1234567890
    0123456789 12345678910 123456789a 1234567891 123456789123 1234554321 12344321 0987654321 9876543210
    1111111111 1122334455 112233445566 1212121212 1231231230 123123123 123123123123 123321123 123654789
    147258369 1472583690 159753456 741852963 789456123 7894561230 963852741 1029384756 5555555555
    6666666666 7777777777 8888888888 9999999999 0000000000 2222222222 3333333333 4444444444 iloveyou
    iloveyou1 iloveyou12 iloveyou123 iloveyou2 ilovemyself iloveyouso iloveyou! loveme loveyou lovelove
    lovelovelove babygirl princess princess1 sunshine sunshine1 sunshine123 football football1 baseball
    baseball1 basketball basketball1 superman superman1 batman batman123 spiderman spiderman1 pokemon
    pokemon123 starwars starwars1 starwars123 dragon dragon123 monkey monkey123 shadow shadow123 master
    master123 michael michael1 jennifer jennifer1 charlie charlie123 liverpool liverpool1 chelsea
    chelseafc manchester barcelona barcelona1 realmadrid arsenal arsenal123 computer computer1
    computer123 internet internet1 internet123 whatever whatever1 trustno1 trustno1trustno1 freedom
    freedom1 corvette mustang ferrari ferrari123 mercedes mercedes1 porsche harleydavidson snoopy
    blink182 blink182blink matrix matrix123 michelle elizabeth elizabeth1 alexander alexander1
    christopher christian christian1 jonathan nicholas summer summer2024 summer2025 summer2026 winter
    winter2024 winter2025 winter2026 spring spring2025 spring2026 autumn autumn2025 autumn2026 january
    february september november december frühling sommer herbst hallo hallo123 hallo12345 hallohallo
    passwort1 passwort123 geheim geheimnis schatz schatz123 willkommen willkommen1 motdepasse
    motdepasse1 bonjour bonjour123 azerty123 azerty12345 contraseña contrasena contrasena1 bienvenido
    parola123456 senha123456 senha12345 password! password!! password1! welcome1! welcome123! company
    company123 company1234 business business1 customer customer1 customers customers1 sales salesteam
    sales12345 marketing marketing1 support support123 rapport rapport123 rapport1234 rapportcrm
    crmcrmcrm testtest testtest1 testtesttest test123456 test1234567 testing testing123 tester guest
    guestguest demodemo demo123456 temporary temporary1 temppassword temppass123 example example123
    login login12345 loginlogin correcthorsebatterystaple
    """.split()
)

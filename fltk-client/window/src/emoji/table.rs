//! The table of emoji: `emoji name`, and `=shortcode` where that is another than the name.

/// Groups: their names and what is in them.
pub(super) const GROUPS: &[(&str, &str)] = &[
    ("Smileys", SMILEYS),
    ("People", PEOPLE),
    ("Animals", ANIMALS),
    ("Food", FOOD),
    ("Travel", TRAVEL),
    ("Activities", ACTIVITIES),
    ("Objects", OBJECTS),
    ("Symbols", SYMBOLS),
    ("Flags", FLAGS),
];

const SMILEYS: &str = "
😀 grinning face=grinning, 😃 grinning face with big eyes=smiley, 😄 grinning face with smiling eyes=smile
😁 beaming face with smiling eyes=grin, 😆 grinning squinting face=laughing
😅 grinning face with sweat=sweat_smile, 🤣 rolling on the floor laughing=rofl, 😂 face with tears of joy=joy
🙂 slightly smiling face, 🙃 upside-down face=upside_down, 🫠 melting face, 😉 winking face=wink
😊 smiling face with smiling eyes=blush, 😇 smiling face with halo=innocent
🥰 smiling face with hearts, 😍 smiling face with heart-eyes=heart_eyes, 🤩 star-struck
😘 face blowing a kiss=kissing_heart, 😗 kissing face=kissing, ☺️ smiling face=relaxed
😚 kissing face with closed eyes, 😙 kissing face with smiling eyes, 🥲 smiling face with tear
😋 face savoring food=yum, 😛 face with tongue=stuck_out_tongue, 😜 winking face with tongue, 🤪 zany face
😝 squinting face with tongue, 🤑 money-mouth face, 🤗 smiling face with open hands=hugs
🤭 face with hand over mouth, 🫢 face with open eyes and hand over mouth, 🫣 face with peeking eye
🤫 shushing face, 🤔 thinking face=thinking, 🫡 saluting face=salute, 🤐 zipper-mouth face
🤨 face with raised eyebrow=raised_eyebrow, 😐 neutral face, 😑 expressionless face=expressionless
😶 face without mouth=no_mouth, 🫥 dotted line face, 😏 smirking face=smirk, 😒 unamused face=unamused
🙄 face with rolling eyes=roll_eyes, 😬 grimacing face=grimacing, 🤥 lying face, 😌 relieved face=relieved
😔 pensive face=pensive, 😪 sleepy face=sleepy, 🤤 drooling face, 😴 sleeping face=sleeping
😷 face with medical mask=mask, 🤒 face with thermometer, 🤕 face with head-bandage, 🤢 nauseated face
🤮 face vomiting, 🤧 sneezing face, 🥵 hot face, 🥶 cold face, 🥴 woozy face
😵 face with crossed-out eyes=dizzy_face, 🤯 exploding head, 🤠 cowboy hat face=cowboy, 🥳 partying face
🥸 disguised face, 😎 smiling face with sunglasses=sunglasses, 🤓 nerd face, 🧐 face with monocle
😕 confused face=confused, 🫤 face with diagonal mouth, 😟 worried face=worried, 🙁 slightly frowning face
☹️ frowning face, 😮 face with open mouth=open_mouth, 😯 hushed face=hushed, 😲 astonished face=astonished
😳 flushed face=flushed, 🥺 pleading face, 🥹 face holding back tears
😦 frowning face with open mouth=frowning, 😧 anguished face=anguished, 😨 fearful face=fearful
😰 anxious face with sweat=cold_sweat, 😥 sad but relieved face, 😢 crying face=cry
😭 loudly crying face=sob, 😱 face screaming in fear=scream, 😖 confounded face=confounded
😣 persevering face=persevere, 😞 disappointed face=disappointed, 😓 downcast face with sweat=sweat
😩 weary face=weary, 😫 tired face, 🥱 yawning face, 😤 face with steam from nose=triumph
😡 enraged face=rage, 😠 angry face=angry, 🤬 face with symbols on mouth, 😈 smiling face with horns=smiling_imp
👿 angry face with horns=imp, 💀 skull, ☠️ skull and crossbones, 💩 pile of poo=poop, 🤡 clown face
👹 ogre, 👺 goblin, 👻 ghost, 👽 alien, 👾 alien monster=space_invader, 🤖 robot
😺 grinning cat=smiley_cat, 😸 grinning cat with smiling eyes=smile_cat, 😹 cat with tears of joy=joy_cat
😻 smiling cat with heart-eyes=heart_eyes_cat, 😼 cat with wry smile=smirk_cat, 😽 kissing cat
🙀 weary cat=scream_cat, 😿 crying cat, 😾 pouting cat, 🙈 see-no-evil monkey=see_no_evil
🙉 hear-no-evil monkey=hear_no_evil, 🙊 speak-no-evil monkey=speak_no_evil
💌 love letter, 💘 heart with arrow=cupid, 💝 heart with ribbon=gift_heart, 💖 sparkling heart
💗 growing heart=heartpulse, 💓 beating heart=heartbeat, 💞 revolving hearts, 💕 two hearts
💟 heart decoration, ❣️ heart exclamation, 💔 broken heart, ❤️ red heart=heart, 🩷 pink heart
🧡 orange heart, 💛 yellow heart, 💚 green heart, 💙 blue heart, 🩵 light blue heart, 💜 purple heart
🤎 brown heart, 🖤 black heart, 🩶 grey heart, 🤍 white heart, 💋 kiss mark=kiss
💯 hundred points=100, 💢 anger symbol=anger, 💥 collision=boom, 💫 dizzy, 💦 sweat droplets=sweat_drops
💨 dashing away=dash, 🕳️ hole, 💬 speech balloon, 🗯️ right anger bubble, 💭 thought balloon, 💤 zzz
";

const PEOPLE: &str = "
👋 waving hand=wave, 🤚 raised back of hand, 🖐️ hand with fingers splayed, ✋ raised hand, 🖖 vulcan salute
👌 OK hand=ok_hand, 🤌 pinched fingers, 🤏 pinching hand, ✌️ victory hand=v, 🤞 crossed fingers
🫰 hand with index finger and thumb crossed, 🤟 love-you gesture, 🤘 sign of the horns=metal
🤙 call me hand, 👈 backhand index pointing left=point_left, 👉 backhand index pointing right=point_right
👆 backhand index pointing up=point_up_2, 👇 backhand index pointing down=point_down
☝️ index pointing up=point_up, 🫵 index pointing at the viewer, 👍 thumbs up=+1, 👎 thumbs down=-1
✊ raised fist=fist, 👊 oncoming fist=punch, 🤛 left-facing fist, 🤜 right-facing fist
👏 clapping hands=clap, 🙌 raising hands=raised_hands, 🫶 heart hands, 👐 open hands
🤲 palms up together, 🤝 handshake, 🙏 folded hands=pray, ✍️ writing hand, 💅 nail polish=nail_care
🤳 selfie, 💪 flexed biceps=muscle, 🦾 mechanical arm, 🦵 leg, 🦶 foot, 👂 ear, 👃 nose, 🧠 brain
🫀 anatomical heart, 🫁 lungs, 🦷 tooth, 🦴 bone, 👀 eyes, 👁️ eye, 👅 tongue, 👄 mouth=lips, 🫦 biting lip
👶 baby, 🧒 child, 👦 boy, 👧 girl, 🧑 person=adult, 👱 person with blond hair, 👨 man, 🧔 bearded person
👩 woman, 🧓 older person, 👴 old man, 👵 old woman, 🙍 person frowning, 🙎 person pouting
🙅 person gesturing no=no_good, 🙆 person gesturing OK=ok_person, 💁 person tipping hand
🙋 person raising hand=raising_hand, 🧏 deaf person, 🙇 person bowing=bow, 🤦 person facepalming=facepalm
🤷 person shrugging=shrug, 👮 police officer=cop, 🕵️ detective, 💂 guard, 🥷 ninja, 👷 construction worker
🤴 prince, 👸 princess, 👳 person wearing turban, 🧕 woman with headscarf, 🤵 person in tuxedo
👰 person with veil, 🤰 pregnant woman, 🤱 breast-feeding, 👼 baby angel=angel, 🎅 Santa Claus=santa
🤶 Mrs. Claus, 🦸 superhero, 🦹 supervillain, 🧙 mage, 🧚 fairy, 🧛 vampire, 🧜 merperson, 🧝 elf
🧞 genie, 🧟 zombie, 🧌 troll, 💆 person getting massage, 💇 person getting haircut, 🚶 person walking=walking
🧍 person standing, 🧎 person kneeling, 🏃 person running=running, 💃 woman dancing=dancer
🕺 man dancing, 👯 people with bunny ears=dancers, 🧖 person in steamy room, 🧗 person climbing
🤺 person fencing, 🏇 horse racing, ⛷️ skier, 🏂 snowboarder, 🏌️ person golfing, 🏄 person surfing=surfer
🚣 person rowing boat=rowboat, 🏊 person swimming=swimmer, ⛹️ person bouncing ball
🏋️ person lifting weights, 🚴 person biking=bicyclist, 🚵 person mountain biking, 🤸 person cartwheeling
🤼 people wrestling, 🤽 person playing water polo, 🤾 person playing handball, 🤹 person juggling
🧘 person in lotus position, 🛀 person taking bath=bath, 🛌 person in bed, 👭 women holding hands
👫 woman and man holding hands, 👬 men holding hands, 💏 two people kissing, 💑 couple with heart
👪 family, 🗣️ speaking head, 👤 bust in silhouette, 👥 busts in silhouette, 🫂 people hugging, 👣 footprints
🧑‍💻 technologist, 🧑‍🍳 cook, 🧑‍🌾 farmer, 🧑‍🔬 scientist, 🧑‍🎨 artist, 🧑‍🚀 astronaut, 🧑‍🚒 firefighter
🧑‍🏫 teacher, 🧑‍🎓 student, 🧑‍⚕️ health worker, 🧑‍⚖️ judge, 🧑‍🔧 mechanic, 🧑‍🎤 singer, 🧑‍✈️ pilot
";

const ANIMALS: &str = "
🐵 monkey face, 🐒 monkey, 🦍 gorilla, 🦧 orangutan, 🐶 dog face=dog, 🐕 dog=dog2, 🦮 guide dog, 🐩 poodle
🐺 wolf, 🦊 fox=fox_face, 🦝 raccoon, 🐱 cat face=cat, 🐈 cat=cat2, 🐈‍⬛ black cat, 🦁 lion, 🐯 tiger face=tiger
🐅 tiger=tiger2, 🐆 leopard, 🐴 horse face=horse, 🐎 horse=racehorse, 🦄 unicorn, 🦓 zebra, 🦌 deer, 🦬 bison
🐮 cow face=cow, 🐂 ox, 🐃 water buffalo, 🐄 cow=cow2, 🐷 pig face=pig, 🐖 pig=pig2, 🐗 boar, 🐽 pig nose
🐏 ram, 🐑 ewe=sheep, 🐐 goat, 🐪 camel=dromedary_camel, 🐫 two-hump camel, 🦙 llama, 🦒 giraffe, 🐘 elephant
🦣 mammoth, 🦏 rhinoceros, 🦛 hippopotamus, 🐭 mouse face=mouse, 🐁 mouse=mouse2, 🐀 rat, 🐹 hamster
🐰 rabbit face=rabbit, 🐇 rabbit=rabbit2, 🐿️ chipmunk, 🦫 beaver, 🦔 hedgehog, 🦇 bat, 🐻 bear
🐻‍❄️ polar bear, 🐨 koala, 🐼 panda=panda_face, 🦥 sloth, 🦦 otter, 🦨 skunk, 🦘 kangaroo, 🦡 badger
🐾 paw prints=feet, 🦃 turkey, 🐔 chicken, 🐓 rooster, 🐣 hatching chick, 🐤 baby chick
🐥 front-facing baby chick=hatched_chick, 🐦 bird, 🐧 penguin, 🕊️ dove, 🦅 eagle, 🦆 duck, 🦢 swan, 🦉 owl
🦤 dodo, 🪶 feather, 🦩 flamingo, 🦚 peacock, 🦜 parrot, 🐸 frog, 🐊 crocodile, 🐢 turtle, 🦎 lizard, 🐍 snake
🐲 dragon face, 🐉 dragon, 🦕 sauropod, 🦖 T-Rex=t_rex, 🐳 spouting whale=whale, 🐋 whale=whale2, 🐬 dolphin
🦭 seal, 🐟 fish, 🐠 tropical fish, 🐡 blowfish, 🦈 shark, 🐙 octopus, 🐚 spiral shell=shell, 🪸 coral
🐌 snail, 🦋 butterfly, 🐛 bug, 🐜 ant, 🐝 honeybee=bee, 🪲 beetle, 🐞 lady beetle=ladybug, 🦗 cricket
🪳 cockroach, 🕷️ spider, 🕸️ spider web, 🦂 scorpion, 🦟 mosquito, 🪰 fly, 🪱 worm, 🦠 microbe
💐 bouquet, 🌸 cherry blossom, 💮 white flower, 🪷 lotus, 🏵️ rosette, 🌹 rose, 🥀 wilted flower, 🌺 hibiscus
🌻 sunflower, 🌼 blossom, 🌷 tulip, 🌱 seedling, 🪴 potted plant, 🌲 evergreen tree, 🌳 deciduous tree
🌴 palm tree, 🌵 cactus, 🌾 sheaf of rice=ear_of_rice, 🌿 herb, ☘️ shamrock, 🍀 four leaf clover
🍁 maple leaf, 🍂 fallen leaf, 🍃 leaf fluttering in wind=leaves, 🪹 empty nest, 🪺 nest with eggs, 🍄 mushroom
";

const FOOD: &str = "
🍇 grapes, 🍈 melon, 🍉 watermelon, 🍊 tangerine, 🍋 lemon, 🍌 banana, 🍍 pineapple, 🥭 mango, 🍎 red apple=apple
🍏 green apple, 🍐 pear, 🍑 peach, 🍒 cherries, 🍓 strawberry, 🫐 blueberries, 🥝 kiwi fruit, 🍅 tomato
🫒 olive, 🥥 coconut, 🥑 avocado, 🍆 eggplant, 🥔 potato, 🥕 carrot, 🌽 ear of corn=corn, 🌶️ hot pepper
🫑 bell pepper, 🥒 cucumber, 🥬 leafy green, 🥦 broccoli, 🧄 garlic, 🧅 onion, 🥜 peanuts, 🫘 beans
🌰 chestnut, 🍞 bread, 🥐 croissant, 🥖 baguette bread, 🫓 flatbread, 🥨 pretzel, 🥯 bagel, 🥞 pancakes
🧇 waffle, 🧀 cheese wedge=cheese, 🍖 meat on bone, 🍗 poultry leg, 🥩 cut of meat, 🥓 bacon
🍔 hamburger, 🍟 french fries=fries, 🍕 pizza, 🌭 hot dog=hotdog, 🥪 sandwich, 🌮 taco, 🌯 burrito, 🫔 tamale
🥙 stuffed flatbread, 🧆 falafel, 🥚 egg, 🍳 cooking=fried_egg, 🥘 shallow pan of food, 🍲 pot of food=stew
🫕 fondue, 🥣 bowl with spoon, 🥗 green salad, 🍿 popcorn, 🧈 butter, 🧂 salt, 🥫 canned food, 🍱 bento box=bento
🍘 rice cracker, 🍙 rice ball, 🍚 cooked rice=rice, 🍛 curry rice=curry, 🍜 steaming bowl=ramen
🍝 spaghetti, 🍠 roasted sweet potato=sweet_potato, 🍢 oden, 🍣 sushi, 🍤 fried shrimp, 🍥 fish cake with swirl
🥮 moon cake, 🍡 dango, 🥟 dumpling, 🥠 fortune cookie, 🥡 takeout box, 🦀 crab, 🦞 lobster, 🦐 shrimp
🦑 squid, 🦪 oyster, 🍦 soft ice cream=icecream, 🍧 shaved ice, 🍨 ice cream, 🍩 doughnut, 🍪 cookie
🎂 birthday cake=birthday, 🍰 shortcake=cake, 🧁 cupcake, 🥧 pie, 🍫 chocolate bar, 🍬 candy, 🍭 lollipop
🍮 custard, 🍯 honey pot, 🍼 baby bottle, 🥛 glass of milk=milk, ☕ hot beverage=coffee, 🫖 teapot
🍵 teacup without handle=tea, 🍶 sake, 🍾 bottle with popping cork=champagne, 🍷 wine glass
🍸 cocktail glass=cocktail, 🍹 tropical drink, 🍺 beer mug=beer, 🍻 clinking beer mugs=beers
🥂 clinking glasses, 🥃 tumbler glass=whisky, 🫗 pouring liquid, 🥤 cup with straw, 🧋 bubble tea
🧃 beverage box, 🧉 mate, 🧊 ice, 🥢 chopsticks, 🍽️ fork and knife with plate, 🍴 fork and knife
🥄 spoon, 🔪 kitchen knife=knife, 🫙 jar, 🏺 amphora
";

const TRAVEL: &str = "
🌍 globe showing Europe-Africa=earth_africa, 🌎 globe showing Americas=earth_americas
🌏 globe showing Asia-Australia=earth_asia, 🌐 globe with meridians, 🗺️ world map, 🧭 compass
🏔️ snow-capped mountain, ⛰️ mountain, 🌋 volcano, 🗻 mount fuji, 🏕️ camping, 🏖️ beach with umbrella=beach
🏜️ desert, 🏝️ desert island, 🏞️ national park, 🏟️ stadium, 🏛️ classical building, 🏗️ building construction
🧱 brick, 🪨 rock, 🪵 wood, 🛖 hut, 🏘️ houses, 🏚️ derelict house, 🏠 house, 🏡 house with garden
🏢 office building=office, 🏣 post office, 🏥 hospital, 🏦 bank, 🏨 hotel, 🏪 convenience store
🏫 school, 🏬 department store, 🏭 factory, 🏯 Japanese castle, 🏰 castle, 💒 wedding, 🗼 Tokyo tower
🗽 Statue of Liberty, ⛪ church, 🕌 mosque, 🛕 hindu temple, 🕍 synagogue, ⛩️ shinto shrine, ⛲ fountain
⛺ tent, 🌁 foggy, 🌃 night with stars, 🏙️ cityscape, 🌄 sunrise over mountains, 🌅 sunrise
🌆 cityscape at dusk, 🌇 sunset=city_sunset, 🌉 bridge at night, 🎠 carousel horse, 🛝 playground slide
🎡 ferris wheel, 🎢 roller coaster, 💈 barber pole, 🎪 circus tent, 🚂 locomotive=steam_locomotive
🚃 railway car, 🚄 high-speed train, 🚅 bullet train, 🚆 train=train2, 🚇 metro, 🚈 light rail, 🚉 station
🚊 tram, 🚝 monorail, 🚞 mountain railway, 🚋 tram car, 🚌 bus, 🚍 oncoming bus, 🚎 trolleybus, 🚐 minibus
🚑 ambulance, 🚒 fire engine, 🚓 police car, 🚔 oncoming police car, 🚕 taxi, 🚗 automobile=car
🚙 sport utility vehicle=blue_car, 🛻 pickup truck, 🚚 delivery truck=truck, 🚛 articulated lorry
🚜 tractor, 🏎️ racing car, 🏍️ motorcycle, 🛵 motor scooter, 🦽 manual wheelchair, 🛺 auto rickshaw
🚲 bicycle=bike, 🛴 kick scooter, 🛹 skateboard, 🛼 roller skate, 🚏 bus stop=busstop, 🛣️ motorway
🛤️ railway track, 🛢️ oil drum, ⛽ fuel pump=fuelpump, 🛞 wheel, 🚨 police car light=rotating_light
🚥 horizontal traffic light=traffic_light, 🚦 vertical traffic light, 🛑 stop sign, 🚧 construction
⚓ anchor, 🛟 ring buoy, ⛵ sailboat, 🛶 canoe, 🚤 speedboat, 🛳️ passenger ship, ⛴️ ferry, 🚢 ship
✈️ airplane, 🛩️ small airplane, 🛫 airplane departure, 🛬 airplane arrival, 🪂 parachute, 💺 seat
🚁 helicopter, 🚟 suspension railway, 🚠 mountain cableway, 🚡 aerial tramway, 🛰️ satellite, 🚀 rocket
🛸 flying saucer, 🛎️ bellhop bell, 🧳 luggage, ⌛ hourglass done=hourglass, ⏳ hourglass not done, ⌚ watch
⏰ alarm clock, ⏱️ stopwatch, ⏲️ timer clock, 🕰️ mantelpiece clock, 🕛 twelve o’clock=clock12
🕐 one o’clock=clock1, 🕒 three o’clock=clock3, 🕕 six o’clock=clock6, 🕘 nine o’clock=clock9
🌑 new moon, 🌒 waxing crescent moon, 🌓 first quarter moon, 🌔 waxing gibbous moon, 🌕 full moon
🌖 waning gibbous moon, 🌗 last quarter moon, 🌘 waning crescent moon, 🌙 crescent moon, 🌚 new moon face
🌛 first quarter moon face, 🌜 last quarter moon face, 🌡️ thermometer, ☀️ sun=sunny, 🌝 full moon face
🌞 sun with face, 🪐 ringed planet, ⭐ star, 🌟 glowing star=star2, 🌠 shooting star=stars, 🌌 milky way
☁️ cloud, ⛅ sun behind cloud=partly_sunny, ⛈️ cloud with lightning and rain, 🌤️ sun behind small cloud
🌥️ sun behind large cloud, 🌦️ sun behind rain cloud, 🌧️ cloud with rain, 🌨️ cloud with snow
🌩️ cloud with lightning, 🌪️ tornado, 🌫️ fog, 🌬️ wind face, 🌀 cyclone, 🌈 rainbow, 🌂 closed umbrella
☂️ umbrella=open_umbrella, ☔ umbrella with rain drops=umbrella, ⛱️ umbrella on ground
⚡ high voltage=zap, ❄️ snowflake, ☃️ snowman, ⛄ snowman without snow, ☄️ comet, 🔥 fire, 💧 droplet
🌊 water wave=ocean
";

const ACTIVITIES: &str = "
🎃 jack-o-lantern, 🎄 Christmas tree, 🎆 fireworks, 🎇 sparkler, 🧨 firecracker, ✨ sparkles, 🎈 balloon
🎉 party popper=tada, 🎊 confetti ball, 🎋 tanabata tree, 🎍 pine decoration=bamboo, 🎎 Japanese dolls=dolls
🎏 carp streamer=flags, 🎐 wind chime, 🧧 red envelope, 🎀 ribbon, 🎁 wrapped gift=gift
🎗️ reminder ribbon, 🎟️ admission tickets, 🎫 ticket, 🎖️ military medal, 🏆 trophy, 🏅 sports medal
🥇 first place medal=1st_place, 🥈 second place medal=2nd_place, 🥉 third place medal=3rd_place
⚽ soccer ball=soccer, ⚾ baseball, 🥎 softball, 🏀 basketball, 🏐 volleyball, 🏈 american football
🏉 rugby football, 🎾 tennis, 🥏 flying disc, 🎳 bowling, 🏏 cricket game, 🏑 field hockey, 🏒 ice hockey
🥍 lacrosse, 🏓 ping pong, 🏸 badminton, 🥊 boxing glove, 🥋 martial arts uniform, 🥅 goal net
⛳ flag in hole=golf, ⛸️ ice skate, 🎣 fishing pole, 🤿 diving mask, 🎽 running shirt, 🎿 skis=ski, 🛷 sled
🥌 curling stone, 🎯 bullseye=dart, 🪀 yo-yo, 🪁 kite, 🎱 pool 8 ball=8ball, 🔮 crystal ball
🪄 magic wand, 🎮 video game, 🕹️ joystick, 🎰 slot machine, 🎲 game die, 🧩 puzzle piece=jigsaw
🧸 teddy bear, 🪅 piñata=pinata, 🪩 mirror ball, 🪆 nesting dolls, ♠️ spade suit=spades, ♥️ heart suit=hearts
♦️ diamond suit=diamonds, ♣️ club suit=clubs, ♟️ chess pawn, 🃏 joker=black_joker, 🀄 mahjong red dragon=mahjong
🎴 flower playing cards, 🎭 performing arts, 🖼️ framed picture, 🎨 artist palette=art, 🧵 thread
🪡 sewing needle, 🧶 yarn, 🪢 knot
";

const OBJECTS: &str = "
👓 glasses=eyeglasses, 🕶️ sunglasses=dark_sunglasses, 🥽 goggles, 🥼 lab coat, 🦺 safety vest, 👔 necktie
👕 t-shirt=shirt, 👖 jeans, 🧣 scarf, 🧤 gloves, 🧥 coat, 🧦 socks, 👗 dress, 👘 kimono, 🥻 sari, 🩱 one-piece swimsuit
🩲 briefs, 🩳 shorts, 👙 bikini, 👚 woman’s clothes, 👛 purse, 👜 handbag, 👝 clutch bag=pouch
🛍️ shopping bags, 🎒 backpack=school_satchel, 🩴 thong sandal, 👞 man’s shoe, 👟 running shoe, 🥾 hiking boot
🥿 flat shoe, 👠 high-heeled shoe=high_heel, 👡 woman’s sandal, 🩰 ballet shoes, 👢 woman’s boot=boot
👑 crown, 👒 woman’s hat, 🎩 top hat=tophat, 🎓 graduation cap=mortar_board, 🧢 billed cap
🪖 military helmet, ⛑️ rescue worker’s helmet, 📿 prayer beads, 💄 lipstick, 💍 ring, 💎 gem stone=gem
🔇 muted speaker=mute, 🔈 speaker low volume=speaker, 🔉 speaker medium volume=sound
🔊 speaker high volume=loud_sound, 📢 loudspeaker, 📣 megaphone=mega, 📯 postal horn, 🔔 bell
🔕 bell with slash=no_bell, 🎼 musical score, 🎵 musical note, 🎶 musical notes=notes, 🎙️ studio microphone
🎚️ level slider, 🎛️ control knobs, 🎤 microphone, 🎧 headphone=headphones, 📻 radio, 🎷 saxophone
🪗 accordion, 🎸 guitar, 🎹 musical keyboard, 🎺 trumpet, 🎻 violin, 🪕 banjo, 🥁 drum, 🪘 long drum
📱 mobile phone=iphone, 📲 mobile phone with arrow=calling, ☎️ telephone=phone, 📞 telephone receiver
📟 pager, 📠 fax machine=fax, 🔋 battery, 🪫 low battery, 🔌 electric plug, 💻 laptop=computer
🖥️ desktop computer, 🖨️ printer, ⌨️ keyboard, 🖱️ computer mouse, 🖲️ trackball, 💽 computer disk=minidisc
💾 floppy disk, 💿 optical disk=cd, 📀 dvd, 🧮 abacus, 🎥 movie camera, 🎞️ film frames, 📽️ film projector
🎬 clapper board=clapper, 📺 television=tv, 📷 camera, 📸 camera with flash, 📹 video camera
📼 videocassette=vhs, 🔍 magnifying glass tilted left=mag, 🔎 magnifying glass tilted right=mag_right
🕯️ candle, 💡 light bulb=bulb, 🔦 flashlight, 🏮 red paper lantern, 🪔 diya lamp
📔 notebook with decorative cover, 📕 closed book, 📖 open book=book, 📗 green book, 📘 blue book
📙 orange book, 📚 books, 📓 notebook, 📒 ledger, 📃 page with curl, 📜 scroll, 📄 page facing up
📰 newspaper, 🗞️ rolled-up newspaper, 📑 bookmark tabs, 🔖 bookmark, 🏷️ label, 💰 money bag=moneybag, 🪙 coin
💴 yen banknote=yen, 💵 dollar banknote=dollar, 💶 euro banknote=euro, 💷 pound banknote=pound
💸 money with wings, 💳 credit card, 🧾 receipt, 💹 chart increasing with yen, ✉️ envelope
📧 e-mail=email, 📨 incoming envelope, 📩 envelope with arrow, 📤 outbox tray, 📥 inbox tray, 📦 package
📫 closed mailbox with raised flag=mailbox, 📪 closed mailbox with lowered flag, 📬 open mailbox with raised flag
📭 open mailbox with lowered flag, 📮 postbox, 🗳️ ballot box with ballot, ✏️ pencil=pencil2
✒️ black nib, 🖋️ fountain pen, 🖊️ pen, 🖌️ paintbrush, 🖍️ crayon, 📝 memo, 💼 briefcase, 📁 file folder
📂 open file folder, 🗂️ card index dividers, 📅 calendar=date, 📆 tear-off calendar=calendar
🗒️ spiral notepad, 🗓️ spiral calendar, 📇 card index, 📈 chart increasing=chart_with_upwards_trend
📉 chart decreasing=chart_with_downwards_trend, 📊 bar chart, 📋 clipboard, 📌 pushpin
📍 round pushpin, 📎 paperclip, 🖇️ linked paperclips, 📏 straight ruler, 📐 triangular ruler, ✂️ scissors
🗃️ card file box, 🗄️ file cabinet, 🗑️ wastebasket, 🔒 locked=lock, 🔓 unlocked=unlock
🔏 locked with pen, 🔐 locked with key, 🔑 key, 🗝️ old key, 🔨 hammer, 🪓 axe, ⛏️ pick, ⚒️ hammer and pick
🛠️ hammer and wrench, 🗡️ dagger, ⚔️ crossed swords, 🪃 boomerang, 🏹 bow and arrow, 🛡️ shield, 🪚 carpentry saw
🔧 wrench, 🪛 screwdriver, 🔩 nut and bolt, ⚙️ gear, 🗜️ clamp, ⚖️ balance scale, 🦯 white cane, 🔗 link
⛓️ chains, 🪝 hook, 🧰 toolbox, 🧲 magnet, 🪜 ladder, ⚗️ alembic, 🧪 test tube, 🧫 petri dish, 🧬 dna
🔬 microscope, 🔭 telescope, 📡 satellite antenna, 💉 syringe, 🩸 drop of blood, 💊 pill
🩹 adhesive bandage, 🩺 stethoscope, 🚪 door, 🛗 elevator, 🪞 mirror, 🪟 window, 🛏️ bed, 🛋️ couch and lamp
🪑 chair, 🚽 toilet, 🪠 plunger, 🚿 shower, 🛁 bathtub, 🪤 mouse trap, 🪒 razor, 🧴 lotion bottle
🧷 safety pin, 🧹 broom, 🧺 basket, 🧻 roll of paper, 🪣 bucket, 🧼 soap, 🫧 bubbles, 🪥 toothbrush, 🧽 sponge
🧯 fire extinguisher, 🛒 shopping cart, 🚬 cigarette=smoking, ⚰️ coffin, 🪦 headstone, 🗿 moai, 🪧 placard
";

const SYMBOLS: &str = "
🏧 ATM sign=atm, 🚮 litter in bin sign, 🚰 potable water, ♿ wheelchair symbol=wheelchair, 🚹 men’s room=mens
🚺 women’s room=womens, 🚻 restroom, 🚼 baby symbol, 🚾 water closet=wc, ⚠️ warning, 🚸 children crossing
⛔ no entry, 🚫 prohibited=no_entry_sign, 🚳 no bicycles, 🚭 no smoking, 🚯 no littering, 🚷 no pedestrians
📵 no mobile phones, 🔞 no one under eighteen=underage, ☢️ radioactive, ☣️ biohazard, ⬆️ up arrow=arrow_up
↗️ up-right arrow=arrow_upper_right, ➡️ right arrow=arrow_right, ↘️ down-right arrow=arrow_lower_right
⬇️ down arrow=arrow_down, ↙️ down-left arrow=arrow_lower_left, ⬅️ left arrow=arrow_left
↖️ up-left arrow=arrow_upper_left, ↕️ up-down arrow=arrow_up_down, ↔️ left-right arrow=left_right_arrow
↩️ right arrow curving left, ↪️ left arrow curving right, 🔃 clockwise vertical arrows
🔄 counterclockwise arrows button=arrows_counterclockwise, 🔙 BACK arrow=back, 🔚 END arrow=end
🔛 ON! arrow=on, 🔜 SOON arrow=soon, 🔝 TOP arrow=top, ⚛️ atom symbol, 🕉️ om, ✡️ star of David
☸️ wheel of dharma, ☯️ yin yang, ✝️ latin cross, ☦️ orthodox cross, ☪️ star and crescent, ☮️ peace symbol
🕎 menorah, ♈ Aries, ♉ Taurus, ♊ Gemini, ♋ Cancer, ♌ Leo, ♍ Virgo, ♎ Libra, ♏ Scorpio, ♐ Sagittarius
♑ Capricorn, ♒ Aquarius, ♓ Pisces, 🔀 shuffle tracks button, 🔁 repeat button=repeat
🔂 repeat single button, ▶️ play button=arrow_forward, ⏩ fast-forward button, ⏭️ next track button
⏯️ play or pause button, ◀️ reverse button, ⏪ fast reverse button=rewind, ⏮️ last track button
🔼 upwards button, 🔽 downwards button, ⏸️ pause button, ⏹️ stop button, ⏺️ record button
⏏️ eject button, 🎦 cinema, 🔅 dim button, 🔆 bright button, 📶 antenna bars=signal_strength
📳 vibration mode, 📴 mobile phone off, ♀️ female sign, ♂️ male sign, ✖️ multiply, ➕ plus, ➖ minus, ➗ divide
🟰 heavy equals sign, ♾️ infinity, ‼️ double exclamation mark=bangbang, ⁉️ exclamation question mark=interrobang
❓ red question mark=question, ❔ white question mark, ❕ white exclamation mark
❗ red exclamation mark=exclamation, 〰️ wavy dash, 💱 currency exchange, 💲 heavy dollar sign
⚕️ medical symbol, ♻️ recycling symbol=recycle, ⚜️ fleur-de-lis, 🔱 trident emblem=trident
📛 name badge, 🔰 Japanese symbol for beginner=beginner, ⭕ hollow red circle=o
✅ check mark button=white_check_mark, ☑️ check box with check=ballot_box_with_check
✔️ check mark=heavy_check_mark, ❌ cross mark=x, ❎ cross mark button, ➰ curly loop, ➿ double curly loop=loop
〽️ part alternation mark, ✳️ eight-spoked asterisk, ✴️ eight-pointed star, ❇️ sparkle, ©️ copyright
®️ registered, ™️ trade mark=tm, #️⃣ keycap hash=hash, *️⃣ keycap asterisk=asterisk, 0️⃣ keycap 0=zero
1️⃣ keycap 1=one, 2️⃣ keycap 2=two, 3️⃣ keycap 3=three, 4️⃣ keycap 4=four, 5️⃣ keycap 5=five, 6️⃣ keycap 6=six
7️⃣ keycap 7=seven, 8️⃣ keycap 8=eight, 9️⃣ keycap 9=nine, 🔟 keycap 10=keycap_ten
🔠 input latin uppercase, 🔡 input latin lowercase, 🔢 input numbers=1234, 🔣 input symbols
🔤 input latin letters=abc, 🅰️ A button=a, 🆎 AB button=ab, 🅱️ B button=b, 🆑 CL button=cl, 🆒 COOL button=cool
🆓 FREE button=free, ℹ️ information=information_source, 🆔 ID button=id, Ⓜ️ circled M=m, 🆕 NEW button=new
🆖 NG button=ng, 🅾️ O button=o2, 🆗 OK button=ok, 🅿️ P button=parking, 🆘 SOS button=sos, 🆙 UP! button=up
🆚 VS button=vs, 🔴 red circle, 🟠 orange circle, 🟡 yellow circle, 🟢 green circle, 🔵 blue circle
🟣 purple circle, 🟤 brown circle, ⚫ black circle, ⚪ white circle, 🟥 red square, 🟧 orange square
🟨 yellow square, 🟩 green square, 🟦 blue square, 🟪 purple square, 🟫 brown square
⬛ black large square, ⬜ white large square, 🔶 large orange diamond, 🔷 large blue diamond
🔸 small orange diamond, 🔹 small blue diamond, 🔺 red triangle pointed up, 🔻 red triangle pointed down
💠 diamond with a dot, 🔘 radio button, 🔳 white square button, 🔲 black square button
";

const FLAGS: &str = "
🏁 chequered flag=checkered_flag, 🚩 triangular flag, 🎌 crossed flags, 🏴 black flag, 🏳️ white flag
🏳️‍🌈 rainbow flag, 🏴‍☠️ pirate flag, 🇦🇷 flag Argentina=ar, 🇦🇹 flag Austria=at, 🇦🇺 flag Australia=au
🇧🇪 flag Belgium=be, 🇧🇬 flag Bulgaria=bg, 🇧🇷 flag Brazil=br, 🇨🇦 flag Canada=ca, 🇨🇭 flag Switzerland=ch
🇨🇱 flag Chile, 🇨🇳 flag China=cn, 🇨🇴 flag Colombia=co, 🇨🇿 flag Czechia=cz, 🇩🇪 flag Germany=de
🇩🇰 flag Denmark=dk, 🇪🇪 flag Estonia=ee, 🇪🇬 flag Egypt=eg, 🇪🇸 flag Spain=es, 🇪🇺 flag European Union=eu
🇫🇮 flag Finland=fi, 🇫🇷 flag France=fr, 🇬🇧 flag United Kingdom=gb, 🇬🇷 flag Greece=gr, 🇭🇷 flag Croatia=hr
🇭🇺 flag Hungary=hu, 🇮🇩 flag Indonesia, 🇮🇪 flag Ireland=ie, 🇮🇱 flag Israel=il, 🇮🇳 flag India=in
🇮🇸 flag Iceland=is, 🇮🇹 flag Italy=it, 🇯🇵 flag Japan=jp, 🇰🇪 flag Kenya=ke, 🇰🇷 flag South Korea=kr
🇱🇹 flag Lithuania=lt, 🇱🇺 flag Luxembourg=lu, 🇱🇻 flag Latvia=lv, 🇲🇦 flag Morocco=ma, 🇲🇽 flag Mexico=mx
🇳🇬 flag Nigeria, 🇳🇱 flag Netherlands=nl, 🇳🇴 flag Norway=no, 🇳🇿 flag New Zealand=nz, 🇵🇪 flag Peru=pe
🇵🇱 flag Poland=pl, 🇵🇹 flag Portugal=pt, 🇷🇴 flag Romania=ro, 🇷🇸 flag Serbia=rs, 🇸🇪 flag Sweden=se
🇸🇮 flag Slovenia=si, 🇸🇰 flag Slovakia=sk, 🇹🇷 flag Türkiye=tr, 🇺🇦 flag Ukraine=ua, 🇺🇸 flag United States=us
🇻🇳 flag Vietnam=vn, 🇿🇦 flag South Africa=za
";
